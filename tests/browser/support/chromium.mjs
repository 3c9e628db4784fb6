// What the tests in a browser share: Chromium without a network, pages that
// note what goes wrong, and the count of checks. Needs playwright-core and
// axe-core in build/browser/node_modules.
import {createRequire} from 'node:module';
import path from 'node:path';

const require = createRequire(path.resolve('build/browser/here.js'));
const {chromium} = require('playwright-core');

let checks = 0, faults = 0;

export function expect(fine, what) {
  ++checks;
  if (fine) return;
  ++faults;
  console.log('FAULT ' + what);
}

export const equal = (got, wanted, what) =>
  expect(JSON.stringify(got) === JSON.stringify(wanted), what + ': wanted ' +
      JSON.stringify(wanted) + ', got ' + JSON.stringify(got));

export const launch = () => chromium.launch({
  executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic',
    '--disable-background-networking', '--disable-component-update']});

// The page at `url`, opened: it may ask for what `allowed` says yes to, and
// nothing may fail.
export async function open(browser, url, allowed, options = {}) {
  const context = await browser.newContext(options);
  await context.setOffline(true);
  const page = await context.newPage();
  const fault = (what) => expect(false, page.url() + ': ' + what);
  page.on('console', (message) => {
    if (message.type() === 'error') fault(message.text());
  });
  page.on('pageerror', fault);
  page.on('requestfailed', (request) => fault('misses ' + request.url()));
  page.on('request', (request) => expect(allowed(request.url()),
    page.url() + ' asks for ' + request.url()));
  await page.goto(url);
  return page;
}

// No wider than the screen, and nothing that axe objects to.
export async function looksWell(page, where) {
  const wide = await page.evaluate(() =>
    document.documentElement.scrollWidth - innerWidth);
  expect(wide <= 0, where + ': ' + wide + ' pixels too wide');
  await page.addScriptTag({path: require.resolve('axe-core/axe.min.js')});
  const {violations, passes} = await page.evaluate(() =>
    axe.run({preload: false}));
  for (const found of violations)
    for (const node of found.nodes)
      expect(false, where + ': ' + found.id + ': ' + node.html);
  expect(passes.length > 10, where + ': axe looked');
}

// The outcome, as a line and as the process's end.
export function finish(what) {
  console.log(`${what}: ${checks} checks, ${faults} faults`);
  process.exit(faults > 0 ? 1 : 0);
}
