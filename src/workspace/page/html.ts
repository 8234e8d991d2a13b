/** The page's frame; everything in it is filled by its script. */
export const pageHtml = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Seawall workspace</title>
<link rel="stylesheet" href="/page/page.css">
<script src="/page/page.js" defer></script>
</head>
<body>
<header>
  <strong id="team"></strong>
  <nav id="channels" aria-label="Channels"></nav>
  <button id="home" type="button" aria-pressed="false">Home</button>
  <label>as <select id="user"></select></label>
</header>
<main id="messages" aria-live="polite"></main>
<dialog id="modal"></dialog>
<form id="composer">
  <span id="thread" hidden></span>
  <input id="text" autocomplete="off" aria-label="Message or command"
    placeholder="/seawall help, or @seawall help">
  <button>Send</button>
  <output id="notice" role="status"></output>
</form>
</body>
</html>
`;
