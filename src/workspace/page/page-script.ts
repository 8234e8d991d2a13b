/** The part of the page's script that talks to the workspace; follows `renderScript`. */
export const pageScript = String.raw`
const find = (id) => document.getElementById(id);
const current = {
  channel: null, user: null, thread: null, drawn: '', modal: '', isHome: false,
};
const notice = (text) => { find('notice').textContent = text; };
const call = async (path, body) => {
  const answer = await fetch(path, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body),
  });
  const result = await answer.json();
  notice(result.error ? 'Failed: ' + result.error : '');
};
const act = (path, body) => call(path, { user: current.user, channel: current.channel, ...body })
  .catch((error) => notice(String(error)));
const drawMessage = (message) => {
  const use = (choice) => act('/page/click', { messageTs: message.ts, ...choice });
  const time = new Date(Number(message.ts) * 1000).toLocaleTimeString();
  const classes = [message.thread_ts ? 'reply' : '', message.isEphemeral ? 'ephemeral' : ''];
  const reply = element('button', { type: 'button' }, 'Reply');
  reply.addEventListener('click', () => {
    current.thread = message.thread_ts || message.ts;
    find('thread').textContent = 'Replying in a thread \u2013 Escape leaves it';
    find('thread').hidden = false;
    find('text').focus();
  });
  const ask = element('button', { type: 'button' }, window.workspace.shortcut);
  ask.addEventListener('click', () => act('/page/shortcut', { messageTs: message.ts }));
  const notes = [
    message.isEphemeral ? 'Only visible to you' : '', message.edits > 0 ? 'edited' : '',
    ...message.files.map((file) => 'file: ' + file.title),
  ].filter(Boolean).join(' \u00b7 ');
  return element('article', { className: classes.join(' ') },
    element('span', { className: 'author' }, window.workspace.names[message.user] || message.user),
    element('time', {}, time),
    message.blocks.length > 0 ? drawBlocks(message.blocks, use)
      : element('div', { className: 'text' }, ...drawMrkdwn(message.text)),
    ...message.files.filter((file) => file.isImage).map((file) => drawPicture(file.id, file.title)),
    element('footer', {}, notes, ' ', message.isEphemeral ? null : reply,
      message.isEphemeral ? null : ask));
};
const inThreads = (messages) => {
  const roots = messages.filter((message) => !message.thread_ts);
  const repliesTo = (ts) => messages.filter((message) => message.thread_ts === ts);
  return roots.flatMap((root) => [root, ...repliesTo(root.ts)]);
};
const readField = (field, item) => {
  const optionOf = (value) => item.options.find((option) => option.value === value) || null;
  const checked = () => [...field.querySelectorAll('input:checked')].map((box) => box.value);
  if (item.type === 'datepicker') return { selected_date: field.value || null };
  if (item.type === 'radio_buttons') return { selected_option: optionOf(checked()[0]) };
  if (item.type === 'checkboxes') return { selected_options: checked().map(optionOf) };
  if (Array.isArray(item.options)) return { selected_option: optionOf(field.value) };
  return { value: field.value || null };
};
const readValues = (dialog) => {
  const values = {};
  for (const field of dialog.querySelectorAll('[data-field]')) {
    const { block, action, item } = JSON.parse(field.dataset.field);
    values[block] = { [action]: { type: item.type, ...readField(field, item) } };
  }
  return values;
};
const drawModal = (modal) => {
  const dialog = find('modal');
  const drawn = JSON.stringify(modal);
  // What is typed into an unchanged modal stays.
  if (drawn === current.modal) return;
  current.modal = drawn;
  if (!modal) {
    dialog.close();
    return;
  }
  const use = (choice) => act('/page/click-view', choice);
  const cancel = element('button', { type: 'button' }, 'Close');
  cancel.addEventListener('click', () => act('/page/close', {}));
  const submit = element('button', { type: 'button', className: 'primary' }, 'Submit');
  submit.addEventListener('click', () => act('/page/submit', { values: readValues(dialog) }));
  dialog.replaceChildren(element('h3', {}, textOf(modal.title)), drawBlocks(modal.blocks, use),
    ...Object.values(modal.errors).map((text) => element('p', { className: 'error' }, text)),
    element('div', { className: 'row' }, modal.submit ? submit : null, cancel));
  if (!dialog.open) dialog.showModal();
};
const drawHome = (home) => home
  ? element('article', {}, drawBlocks(home.blocks, (choice) => act('/page/click-view', choice)))
  : element('article', {}, 'The app has not drawn this tab yet.');
const drawPage = (state) => {
  find('team').textContent = state.team;
  find('channels').replaceChildren(...state.channels.map((channel) => {
    const button = element('button', { type: 'button' }, channel.name);
    button.setAttribute('aria-current', String(!current.isHome && channel.id === state.channel));
    button.addEventListener('click', () => {
      current.channel = channel.id;
      current.isHome = false;
      current.drawn = '';
      refresh();
    });
    return button;
  }));
  find('user').replaceChildren(...state.users.map((user) =>
    element('option', { value: user.id, selected: user.id === state.user }, user.name)));
  const main = find('messages');
  const isAtEnd = main.scrollHeight - main.scrollTop - main.clientHeight < 80;
  find('home').setAttribute('aria-pressed', String(current.isHome));
  main.replaceChildren(...(current.isHome ? [drawHome(state.home)]
    : inThreads(state.messages).map(drawMessage)));
  if (isAtEnd && !current.isHome) main.scrollTop = main.scrollHeight;
  drawModal(state.modal);
};
async function refresh() {
  const query = new URLSearchParams();
  if (current.channel) query.set('channel', current.channel);
  if (current.user) query.set('user', current.user);
  const answer = await fetch('/page/state?' + query);
  const text = await answer.text();
  if (text === current.drawn) return;
  current.drawn = text;
  window.workspace = JSON.parse(text);
  current.channel = window.workspace.channel;
  current.user = window.workspace.user;
  drawPage(window.workspace);
}
find('home').addEventListener('click', () => {
  current.isHome = true;
  current.drawn = '';
  act('/page/home', {}).then(refresh);
});
find('user').addEventListener('change', (event) => { current.user = event.target.value; refresh(); });
const leaveThread = () => { current.thread = null; find('thread').hidden = true; };
find('text').addEventListener('keydown', (event) => { if (event.key === 'Escape') leaveThread(); });
find('composer').addEventListener('submit', (event) => {
  event.preventDefault();
  const text = find('text').value.trim();
  if (text === '') return;
  find('text').value = '';
  act('/page/send', { text, ...(current.thread ? { threadTs: current.thread } : {}) });
});
find('modal').addEventListener('cancel', (event) => {
  event.preventDefault();
  act('/page/close', {});
});
new EventSource('/page/changes').onmessage = () => refresh();
refresh();
`;
