/**
 * The part of the page's script that draws Block Kit. Data only ever becomes text nodes and values
 * of known attributes, never markup.
 */
export const renderScript = String.raw`
const element = (name, properties, ...children) => {
  const node = Object.assign(document.createElement(name), properties);
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
};
const entities = { '&amp;': '&', '&lt;': '<', '&gt;': '>' };
const unescapeText = (text) => text.replace(/&(?:amp|lt|gt);/g, (found) => entities[found]);
const isWebAddress = (address) => /^(https?:|mailto:)/.test(address);
const drawLink = (address, label) => isWebAddress(address)
  ? element('a', { href: address, rel: 'noreferrer', target: '_blank' }, label)
  : document.createTextNode(label);
const drawReference = (inner) => {
  const [target, label] = unescapeText(inner).split('|');
  const names = window.workspace ? window.workspace.names : {};
  if (target.startsWith('@')) return '@' + (names[target.slice(1)] || label || target.slice(1));
  if (target.startsWith('#')) return '#' + (label || names[target.slice(1)] || target.slice(1));
  if (target.startsWith('!')) return label || '@' + target.slice(1).split('^')[0];
  return drawLink(target, label || target);
};
const marks = [
  [/^\x60\x60\x60\n?([\s\S]+?)\x60\x60\x60/, (inner) => element('pre', {}, unescapeText(inner))],
  [/^\x60([^\x60\n]+)\x60/, (inner) => element('code', {}, unescapeText(inner))],
  [/^<([^>\n]+)>/, drawReference],
  [/^\*([^*\n]+)\*(?!\w)/, (inner) => element('strong', {}, ...drawMrkdwn(inner))],
  [/^_([^_\n]+)_(?!\w)/, (inner) => element('em', {}, ...drawMrkdwn(inner))],
  [/^~([^~\n]+)~(?!\w)/, (inner) => element('s', {}, ...drawMrkdwn(inner))],
];
function drawMrkdwn(text) {
  const nodes = [];
  let plain = '';
  let rest = text;
  const flush = () => { if (plain) nodes.push(unescapeText(plain)); plain = ''; };
  while (rest) {
    const mayStart = !/\w$/.test(plain) || /^[<\x60]/.test(rest);
    let found = null;
    let draw = null;
    for (const [pattern, drawer] of mayStart ? marks : []) {
      found = pattern.exec(rest);
      draw = drawer;
      if (found) break;
    }
    if (found) {
      flush();
      nodes.push(draw(found[1]));
      rest = rest.slice(found[0].length);
    } else {
      plain += rest[0];
      rest = rest.slice(1);
    }
  }
  flush();
  return nodes;
}
const textOf = (object) => (object && typeof object.text === 'string' ? object.text : '');
const drawText = (object) => object && object.type === 'mrkdwn'
  ? element('div', { className: 'text' }, ...drawMrkdwn(textOf(object)))
  : element('div', { className: 'text' }, textOf(object));
const drawLeaf = (leaf, names) => {
  if (leaf.type === 'link') return drawLink(leaf.url, leaf.text || leaf.url);
  if (leaf.type === 'user') return '@' + (names[leaf.user_id] || leaf.user_id);
  if (leaf.type === 'usergroup') return '@' + (names[leaf.usergroup_id] || leaf.usergroup_id);
  if (leaf.type === 'channel') return '#' + (names[leaf.channel_id] || leaf.channel_id);
  if (leaf.type === 'emoji') return ':' + leaf.name + ':';
  if (leaf.type !== 'text') return leaf.fallback || leaf.value || leaf.range || '';
  const style = leaf.style || {};
  let node = document.createTextNode(leaf.text);
  for (const [key, tag] of [['code', 'code'], ['bold', 'strong'], ['italic', 'em'], ['strike', 's']]) {
    if (style[key]) node = element(tag, {}, node);
  }
  return node;
};
const drawRichText = (part) => {
  const names = window.workspace.names;
  const children = (part.elements || []).map((child) =>
    /^rich_text_/.test(child.type) ? drawRichText(child) : drawLeaf(child, names));
  if (part.type === 'rich_text_list') {
    const list = element(part.style === 'ordered' ? 'ol' : 'ul', {});
    list.append(...children.map((child) => element('li', {}, child)));
    return list;
  }
  if (part.type === 'rich_text_preformatted') return element('pre', {}, ...children);
  if (part.type === 'rich_text_quote') return element('blockquote', {}, ...children);
  return element('div', { className: 'text' }, ...children);
};
const drawCell = (cell) => {
  if (cell.type === 'rich_text') return drawRichText(cell);
  return cell.text !== undefined ? String(cell.text) : String(cell.value);
};
const drawTable = (rows, caption) => {
  const table = element('table', {}, caption ? element('caption', {}, caption) : null);
  rows.forEach((row, index) => {
    const tag = index === 0 ? 'th' : 'td';
    table.append(element('tr', {}, ...row.map((cell) => element(tag, {}, drawCell(cell)))));
  });
  return element('div', { className: 'scroll' }, table);
};
const drawPicture = (id, alternative) => element('img', {
  src: '/page/picture/' + encodeURIComponent(id), alt: alternative, className: 'picture' });
const drawElement = (item, blockId, use) => {
  if (item.type === 'button') {
    if (item.url && isWebAddress(item.url)) {
      return element('a', { href: item.url, target: '_blank', rel: 'noreferrer' }, textOf(item.text));
    }
    const button = element('button', { type: 'button', className: item.style || '' }, textOf(item.text));
    button.addEventListener('click', () => use({ blockId, actionId: item.action_id }));
    return button;
  }
  if (Array.isArray(item.options)) {
    const hint = textOf(item.placeholder) || '\u2026';
    const select = element('select', {}, element('option', { value: '' }, hint),
      ...item.options.map((option) => element('option', { value: option.value }, textOf(option.text))));
    select.addEventListener('change', () =>
      use({ blockId, actionId: item.action_id, value: select.value }));
    return select;
  }
  if (item.type === 'image') return element('span', { className: 'soft' }, '[' + item.alt_text + ']');
  if (item.type === 'mrkdwn' || item.type === 'plain_text') return drawText(item);
  return element('span', { className: 'soft' }, '[' + item.type + ']');
};
const drawOptions = (item, id) => {
  const chosen = [item.initial_option, ...(item.initial_options || [])]
    .filter(Boolean).map((option) => option.value);
  const type = item.type === 'checkboxes' ? 'checkbox' : 'radio';
  return element('fieldset', {}, ...item.options.map((option) => element('label', {},
    element('input', {
      type, name: id, value: option.value, checked: chosen.includes(option.value),
    }), ' ', textOf(option.text))));
};
const drawField = (item, id) => {
  if (item.type === 'radio_buttons' || item.type === 'checkboxes') return drawOptions(item, id);
  if (Array.isArray(item.options)) {
    const chosen = item.initial_option ? item.initial_option.value : '';
    const none = element('option', { value: '' }, textOf(item.placeholder) || '\u2026');
    return element('select', {}, none, ...item.options.map((option) => element('option',
      { value: option.value, selected: option.value === chosen }, textOf(option.text))));
  }
  if (item.type === 'datepicker') {
    return element('input', { type: 'date', value: item.initial_date || '' });
  }
  return element(item.multiline ? 'textarea' : 'input', { value: item.initial_value || '' });
};
const drawInput = (block) => {
  const item = block.element;
  const id = block.block_id + ' ' + item.action_id;
  const field = drawField(item, id);
  field.dataset.field = JSON.stringify({ block: block.block_id, action: item.action_id, item });
  field.id = id;
  return element('div', {}, element('label', { htmlFor: id }, textOf(block.label)), field,
    block.hint ? element('div', { className: 'soft' }, textOf(block.hint)) : null);
};
const drawers = {
  header: (block) => element('h3', {}, textOf(block.text)),
  divider: () => element('hr', {}),
  section: (block, use) => element('div', { className: 'row' },
    block.text ? drawText(block.text) : null,
    block.fields ? element('div', { className: 'fields' }, ...block.fields.map(drawText)) : null,
    block.accessory ? drawElement(block.accessory, block.block_id, use) : null),
  actions: (block, use) => element('div', { className: 'row' },
    ...block.elements.map((item) => drawElement(item, block.block_id, use))),
  context: (block, use) => element('div', { className: 'row soft' },
    ...block.elements.map((item) => drawElement(item, block.block_id, use))),
  context_actions: (block, use) => drawers.actions(block, use),
  markdown: (block) => element('div', { className: 'text' }, block.text),
  rich_text: (block) => drawRichText(block),
  table: (block) => drawTable(block.rows),
  data_table: (block) => drawTable(block.rows, block.caption),
  data_visualization: (block) => drawChart(block),
  image: (block) => block.slack_file && block.slack_file.id
    ? drawPicture(block.slack_file.id, block.alt_text)
    : element('div', { className: 'card soft' }, block.alt_text),
  alert: (block) => element('div', { className: 'card' }, textOf(block.text)),
  input: (block) => drawInput(block),
  card: (block, use) => element('div', { className: 'card' },
    block.title ? drawText(block.title) : null, block.subtitle ? drawText(block.subtitle) : null,
    block.body ? drawText(block.body) : null,
    ...(block.actions || []).map((item) => drawElement(item, block.block_id, use))),
  carousel: (block, use) => drawBlocks(block.elements, use),
  container: (block, use) => element('div', { className: 'card' },
    block.title ? element('h3', {}, textOf(block.title)) : null, drawBlocks(block.child_blocks, use)),
};
function drawBlocks(blocks, use) {
  return element('div', {}, ...blocks.map((block) => {
    const draw = drawers[block.type];
    return draw ? draw(block, use) : element('div', { className: 'soft' }, '[' + block.type + ']');
  }));
}
`;
