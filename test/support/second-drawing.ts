import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { type Block, Message } from 'slack-blocks-to-jsx';

/** A block as an independent library draws it, as markup. */
export function drawElsewhere(block: object, names: Record<string, string>): string {
  const groups = Object.entries(names).map(([id, handle]) => ({ id, name: handle }));
  return renderToStaticMarkup(
    createElement(Message, {
      blocks: [block as Block],
      logo: '',
      name: '',
      time: new Date(0),
      withoutWrapper: true,
      data: { user_groups: groups },
    }),
  );
}
