export const pageStyle = `
:root { --line: #d7dce0; --soft: #5c6670; --ground: #fff; --shade: #f4f6f7; --ink: #17202a;
  --accent: #0b6b4f; --danger: #b3261e; --line0: #0b5fa5; --line1: #c2410c; --line2: #00755a;
  --line3: #8b3a80; --line4: #6b5300; --line5: #333a40; }
@media (prefers-color-scheme: dark) {
  :root { --line: #3a4148; --soft: #a3adb6; --ground: #16191c; --shade: #1f2428; --ink: #e8eaec;
    --accent: #4cc09a; --danger: #f2857e; --line0: #6cb6ff; --line1: #ff9a62; --line2: #4cc09a;
    --line3: #e29ad9; --line4: #d9bd4e; --line5: #c3cad1; }
}
* { box-sizing: border-box; }
body { margin: 0; height: 100dvh; display: flex; flex-direction: column;
  font: 15px/1.46 system-ui, sans-serif; background: var(--ground); color: var(--ink); }
header, #composer { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center;
  padding: .6rem 1rem; background: var(--shade); border-bottom: 1px solid var(--line); }
#composer { border-top: 1px solid var(--line); border-bottom: 0; }
nav { display: flex; flex-wrap: wrap; gap: .3rem; flex: 1; }
button, select, input { font: inherit; color: inherit; background: var(--ground);
  border: 1px solid var(--line); border-radius: 6px; padding: .3rem .7rem; }
button { cursor: pointer; }
button[aria-current=true], button.primary { background: var(--accent); color: var(--ground);
  border-color: var(--accent); }
button.danger { color: var(--danger); border-color: var(--danger); }
#text { flex: 1; min-width: 12rem; }
#notice, #thread { flex-basis: 100%; color: var(--soft); font-size: .9em; }
#notice:empty { display: none; }
main { flex: 1; overflow-y: auto; padding: 1rem; }
article { max-width: 60rem; margin: 0 auto 1rem; overflow-wrap: anywhere; }
article td, article th { overflow-wrap: break-word; }
article.reply { padding-left: 1.5rem; border-left: 3px solid var(--line); }
article.ephemeral { background: var(--shade); border-radius: 8px; padding: .5rem .8rem; }
article > footer, .soft, time { color: var(--soft); font-size: .85em; }
.author { font-weight: 700; margin-right: .5rem; }
.text { white-space: pre-wrap; margin: .2rem 0; }
h3 { margin: .6rem 0 .2rem; font-size: 1.15em; }
.row { display: flex; flex-wrap: wrap; gap: .4rem .8rem; align-items: flex-start; margin: .3rem 0; }
.row > .text, .row > .fields { flex: 1 1 14rem; }
.fields { display: grid; grid-template-columns: repeat(auto-fit, minmax(12rem, 1fr)); gap: .3rem 1rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; margin: .4rem 0; font-size: .93em; }
td, th { border: 1px solid var(--line); padding: .25rem .5rem; text-align: left;
  vertical-align: top; white-space: pre-wrap; }
code, pre { font-family: ui-monospace, monospace; font-size: .92em; background: var(--shade);
  border-radius: 4px; padding: .05rem .25rem; }
pre { padding: .5rem; overflow-x: auto; white-space: pre; }
blockquote { margin: .2rem 0; padding-left: .7rem; border-left: 3px solid var(--line); }
hr { border: 0; border-top: 1px solid var(--line); }
.card { border: 1px solid var(--line); border-radius: 8px; padding: .5rem .8rem; margin: .4rem 0; }
dialog { max-width: min(34rem, 94vw); background: var(--ground); color: var(--ink);
  border: 1px solid var(--line); border-radius: 10px; }
dialog label { display: block; margin: .6rem 0 .2rem; font-weight: 600; }
dialog input, dialog textarea, dialog select { width: 100%; font: inherit; }
dialog fieldset { border: 0; margin: 0; padding: 0; }
dialog fieldset label { display: inline-block; margin-right: 1rem; font-weight: 400; }
dialog fieldset input { width: auto; }
.error { color: var(--danger); }
.picture { display: block; max-width: 100%; margin: .4rem 0; border: 1px solid var(--line); border-radius: 8px; }
figure { margin: .4rem 0; border: 1px solid var(--line); border-radius: 8px; padding: .6rem .8rem; max-width: 48rem; }
figcaption { font-weight: 700; margin-bottom: .3rem; }
.chart { display: block; width: 100%; height: auto; font-size: 13px; }
.chart text { fill: var(--soft); }
.chart .end { fill: var(--ink); }
.chart .grid { stroke: var(--line); }
.chart [class^=line] { fill: none; stroke-width: 2.5; stroke-linejoin: round; }
.chart .line0 { stroke: var(--line0); }
.chart .line1 { stroke: var(--line1); stroke-dasharray: 8 4; }
.chart .line2 { stroke: var(--line2); stroke-dasharray: 2 3; }
.chart .line3 { stroke: var(--line3); stroke-dasharray: 11 3 2 3; }
.chart .line4 { stroke: var(--line4); stroke-dasharray: 5 2; }
.chart .line5 { stroke: var(--line5); stroke-dasharray: 2 6; }
/* Off the screen, and still read aloud. */
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
`;
