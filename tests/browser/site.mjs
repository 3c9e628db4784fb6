// The book's site as a reader meets it, in Chromium, from files:
//   node tests/browser/site.mjs build/book
// Every page: nothing asked of the network, no error, no dead link, nothing
// that axe objects to, no wider than the screen; on a computer and on a phone,
// light and dark, with and without scripts. And the search, in Chinese.
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

import * as chromium from './support/chromium.mjs';

const { expect } = chromium;
const site = path.resolve(process.argv[2] || 'build/book');
const home = pathToFileURL(site).href + '/';
const pages = fs.readdirSync(site).filter((name) => name.endsWith('.html'));
const screens = { computer: { width: 1440, height: 900 },
  phone: { width: 360, height: 740 } };

const open = (browser, name, options) => chromium.open(browser, home + name,
    (url) => url.startsWith(home) || url.startsWith('data:'), options);

async function looks(browser) {
  await Promise.all(Object.entries(screens).flatMap(([screen, viewport]) =>
    ['light', 'dark'].map(async (colorScheme) => {
      const page = await open(browser, pages[0], { viewport, colorScheme });
      for (const name of pages) {
        const where = [name, screen, colorScheme].join(', ');
        await page.goto(home + name);
        await chromium.looksWell(page, where);
      }
      await page.context().close();
    })));
}

// Every link of every page leads to a file, and to an id in it.
async function links(browser) {
  const ids = {};
  const html = fs.readdirSync(site, { recursive: true })
    .filter((name) => name.endsWith('.html'));
  const found = [];
  const page = await open(browser, pages[0]);
  for (const name of html) {
    await page.goto(home + name);
    ids[home + name] = await page.evaluate(() =>
      [...document.querySelectorAll('[id]')].map((e) => e.id));
    expect(new Set(ids[home + name]).size === ids[home + name].length,
        name + ': an id twice');
    for (const href of await page.evaluate(() =>
      [...document.querySelectorAll('a[href]')].map((a) => a.href)))
      found.push([name, href]);
  }
  await page.context().close();
  for (const [name, href] of found) {
    if (/^(https?|mailto):/.test(href)) continue;
    const [file, id] = href.split('#');
    expect(ids[file] && (!id || ids[file].includes(decodeURIComponent(id))),
        name + ': dead link ' + href);
  }
  return found.length;
}

async function search(browser) {
  const page = await open(browser, 'index.html');
  const hits = () => page.$$eval('#found a', (all) => all.map((a) =>
    a.getAttribute('href') + ' ' + a.textContent));
  await page.keyboard.press('/');
  await page.keyboard.type('词嵌入');
  const chinese = await hits();
  expect(chinese.length > 0 && chinese[0].startsWith('glossary.html#'),
      'the search for 词嵌入 finds ' + JSON.stringify(chinese));
  await page.fill('#search', 'HARD 软性');
  expect((await hits()).some((hit) => hit.startsWith('glossary.html')),
      'the search for two words');
  await page.fill('#search', 'qzxjv');
  expect((await hits()).length === 0, 'the search for what is not there');
  expect(await page.textContent('#found') === 'Nothing found', 'says so');
  await page.fill('#search', '词嵌入');
  await page.keyboard.press('Enter');
  await page.waitForURL(/glossary/);
  await page.context().close();
}

async function theme(browser) {
  const page = await open(browser, 'index.html', { colorScheme: 'light' });
  const paper = () => page.evaluate(() =>
    getComputedStyle(document.body).backgroundColor);
  const light = await paper();
  await page.emulateMedia({ colorScheme: 'dark' });
  const dark = await paper();
  expect(light === 'rgb(255, 255, 255)' && dark !== light,
      'the page follows the system: ' + light + ', ' + dark);
  await page.click('#theme');
  expect(await paper() === light, 'the button wins over the system');
  await page.goto(home + 'glossary.html');
  expect(await paper() === light, 'and is remembered');
  await page.context().close();
}

// On a phone the contents open and close, with and without scripts.
async function contents(browser) {
  for (const javaScriptEnabled of [true, false]) {
    const page = await open(browser, 'glossary.html',
        { viewport: screens.phone, javaScriptEnabled });
    const nav = page.locator('#nav');
    expect(!await nav.isVisible(), 'the contents are closed');
    await page.click('.menu');
    expect(await nav.isVisible(), 'the contents open');
    await page.click('.close');
    expect(!await nav.isVisible(), 'and close');
    expect(await page.locator('#search').isVisible() === javaScriptEnabled,
        'the search shows where it works');
    expect((await page.textContent('main')).includes('注意力'), 'it reads');
    expect(/version \d.*commit \w/.test(await page.textContent('footer')),
        'the foot names version and commit');
    await page.context().close();
  }
}

const browser = await chromium.launch();
try {
  await looks(browser);
  const count = await links(browser);
  expect(count > 10, count + ' links');
  await search(browser);
  await theme(browser);
  await contents(browser);
} finally {
  await browser.close();
}
chromium.finish(`${pages.length} pages`);
