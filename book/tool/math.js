// Lays out the formulas of HTML pages, in place, with KaTeX (Debian: katex),
// so that no reader's browser has to:  node math.js PAGE.html...
// A formula that KaTeX cannot read stops the build and names the page.
'use strict';
const fs = require('fs');
const katex = (function () {
  for (const place of ['katex', '/usr/share/nodejs/katex',
    '/usr/share/javascript/katex/katex.js']) {
    try { return require(place); } catch (error) {
      if (error.code !== 'MODULE_NOT_FOUND') throw error;
    }
  }
  console.error('math.js: KaTeX is missing: sudo apt-get install -y katex');
  process.exit(2);
})();

const signs = { lt: '<', gt: '>', quot: '"', '#39': "'", amp: '&' };
const plain = (html) =>
  html.replace(/&(lt|gt|quot|#39|amp);/g, (all, name) => signs[name]);

let faults = 0;
for (const page of process.argv.slice(2)) {
  const span = /<span\s+class="math (inline|display)">([^<]*)<\/span>/g;
  const html = fs.readFileSync(page, 'utf8');
  fs.writeFileSync(page, html.replace(span, function (all, kind, formula) {
    try {
      return katex.renderToString(plain(formula), {
        displayMode: kind === 'display', throwOnError: true, strict: 'error',
      }).replace('<span class="katex-display">', '<span class="katex-display"' +
        ' tabindex="0" role="group" aria-label="formula">');
    } catch (error) {
      console.error(`${page}: ${error.message}\n    ${plain(formula).trim()}`);
      ++faults;
      return all;
    }
  }));
}
process.exit(faults > 0 ? 1 : 0);
