import { h, render } from 'preact';
import { App } from './app.js';

render(h(App, null), document.body);

// The key is in a cookie by now, and is not left in the history or in a picture of the screen.
if (location.search !== '') history.replaceState(null, '', location.pathname);
