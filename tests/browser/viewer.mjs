// The viewer's page as a reader meets it, in Chromium, from a file:
//   node tests/browser/viewer.mjs build/latest
// A small translator is trained and asked; the page must show its numbers, ask
// for nothing, and serve keyboard, finger, screen reader, light and dark.
import {execFileSync} from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import {pathToFileURL} from 'node:url';

import * as chromium from './support/chromium.mjs';

const {expect, equal} = chromium;
const translate = path.resolve(process.argv[2] || 'build/latest', 'translate');
const folder = path.resolve('build/browser/viewer');
const screens = {computer: {width: 1280, height: 900},
  phone: {width: 360, height: 740}};

// ---- A page from the program

const words = [['tom', '汤姆'], ['jerry', '杰瑞'], ['spike', '斯派克'],
  ['chases', '追逐'], ['sees', '看见'], ['</script>', '</script>']];

function decode() {
  fs.rmSync(folder, {recursive: true, force: true});
  fs.mkdirSync(folder, {recursive: true});
  const pairs = words.flatMap((a) => words.flatMap((b) => words.map((c) =>
    [a, b, c].map((w) => w[0]).join(' ') + '\t' +
    [a, b, c].map((w) => w[1]).join(' '))));
  fs.writeFileSync(folder + '/pairs.tsv', pairs.join('\n') + '\n');
  const run = (...words) => execFileSync(translate, words,
    {cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore']});
  run('train', 'pairs.tsv', '--epochs', '12', '--batch', '16', '--rate', '0.01',
    '--embedding', '16', '--hidden', '16', '--score-width', '16',
    '--dropout', '0', '--threads', '1');
  const sentence = 'tom chases </script>';
  return {sentence,
    printed: run('show', sentence, '--html', 'page.html', '--threads', '1')};
}

// The rows of the printed map: words and numbers.
function printedRows(printed) {
  return printed.split('\n').filter((line) => /\d\.\d\d/.test(line))
    .map((line) => [line.trim().split(/ /)[0],
      ...line.match(/\d\.\d\d/g)]);
}

// The same page with other data: 60 x 60 words, 8 heads in each of 2 layers.
function writeLarge() {
  const page = fs.readFileSync(folder + '/page.html', 'utf8');
  const T = 60, S = 60;
  const head = (shift) => {
    const weights = new Float32Array(T * S);
    for (let t = 0; t < T; ++t)
      for (let s = 0; s < S; ++s)
        weights[t * S + s] = (s === (7 * t + shift) % S ? 0.35 : 0.011);
    return Buffer.from(weights.buffer).toString('base64');
  };
  const many = (count, made) => Array.from({length: count}, (_, i) => made(i));
  const data = JSON.stringify({title: 'large',
    source: many(S, (i) => 'source' + i), target: many(T, (i) => '目标' + i),
    weights: many(2, (l) => many(8, (h) => head(h + 20 * l))),
    gold: [[3, 0], [9, 1]], guesses: []});
  fs.writeFileSync(folder + '/large.html', page.replace(
    /(<script id="data"[^>]*>).*?(<\/script>)/s, (_, a, b) => a + data + b));
}

// ---- A browser

// The page asks for nothing but itself, and is drawn.
async function open(browser, name, options) {
  const url = pathToFileURL(folder).href + '/' + name;
  const page = await chromium.open(browser, url,
    (asked) => asked.split('#')[0] === url.split('#')[0], options);
  await page.evaluate(() => new Promise(requestAnimationFrame));
  return page;
}

const texts = (page, selector) => page.locator(selector).allTextContents();
const said = (page) => page.locator('#said').textContent();
const focused = (page) => page.evaluate(() => {
  const side = document.activeElement.closest('ol');
  return side && side.id + ' ' +
      document.activeElement.querySelector('.word').textContent;
});
// How many pixels of the lines are drawn.
const drawn = (page) => page.evaluate(() => new Promise((done) =>
  requestAnimationFrame(() => {
    const canvas = document.getElementById('lines');
    const {data} = canvas.getContext('2d')
      .getImageData(0, 0, canvas.width, canvas.height);
    let count = 0;
    for (let i = 3; i < data.length; i += 4) count += data[i] > 100;
    done(count);
  })));

const tableRows = (page) => page.evaluate(() =>
  Array.from(document.querySelectorAll('#table tbody tr'), (row) =>
    Array.from(row.children, (cell) => cell.textContent)));

// ---- What must hold

async function showsTheProgramsNumbers(browser, {sentence, printed}) {
  const page = await open(browser, 'page.html');
  const rows = await tableRows(page), wanted = printedRows(printed);
  equal(rows.slice(0, wanted.length), wanted, 'table and printed map');
  equal(rows.length, wanted.length + 1, 'rows, with the end mark');
  expect(wanted.length >= 3, 'a sentence was said: ' + printed);
  equal(await texts(page, '#source .word'), sentence.split(' '), 'source');
  equal(await texts(page, '#target .word'),
    [...printed.split('\n')[0].split(' '), '</s>'], 'target');
  for (const hidden of ['#heads', '#layer-label', 'p.gold-key', '#next'])
    expect(await page.locator(hidden).isHidden(), hidden + ' is hidden');
  expect(await drawn(page) > 500, 'lines are drawn');

  // At each step: the row's weights beside the source, likely words in order.
  for (let t = 0; t < rows.length; ++t) {
    await page.locator('#step').fill(String(t + 1));
    equal(await texts(page, '#source .value'), rows[t].slice(1), 'step ' + t);
    const likely = (await texts(page, '#guesses .value')).map(Number);
    expect(likely.length >= 5, 'five words at step ' + t);
    equal(likely.slice(0, 5), likely.slice(0, 5).sort((a, b) => b - a),
      'likely words at step ' + t);
    equal(await texts(page, '#guesses .chosen .word'), [rows[t][0]],
      'chosen word of step ' + t);
    equal(await page.locator('.future').count(), rows.length - 1 - t,
      'words to come at step ' + t);
  }
  await page.context().close();
}

async function servesTheKeyboard(browser) {
  const page = await open(browser, 'page.html');
  const rows = await tableRows(page), source = await texts(page,
    '#source .word');
  await page.locator('#least').focus();
  await page.keyboard.press('Tab');
  equal(await focused(page), 'source ' + source[0], 'Tab to the words');
  await page.keyboard.press('ArrowDown');
  equal(await focused(page), 'source ' + source[1], 'down');
  equal(await texts(page, '#target .value'), rows.map((row) => row[2]),
    'a source word is read by');
  await page.keyboard.press('ArrowRight');
  equal(await focused(page), 'target ' + rows[1][0], 'right');
  expect((await said(page)).startsWith('“' + rows[1][0] + '” reads '),
    'the live region: ' + await said(page));
  await page.keyboard.press('End');
  equal(await focused(page), 'target </s>', 'End');
  await page.keyboard.press('Home');
  await page.keyboard.press('Enter');
  equal(await page.locator('[aria-pressed=true]').count(), 1, 'pinned');
  expect(page.url().endsWith('#pick=t1'), 'a link to it: ' + page.url());
  await page.keyboard.press('Escape');
  equal(await page.locator('[aria-pressed=true]').count(), 0, 'let go');
  await page.locator('#step').focus();
  await page.keyboard.press('Home');
  equal(await page.locator('#step').getAttribute('aria-valuetext'),
    '1 of ' + rows.length + ': ' + rows[0][0], 'the slider');
  equal(await page.locator('.token[tabindex="0"]').count(), 2,
    'one stop for each column');
  await page.context().close();
}

async function leadsIntoAState(browser) {
  const page = await open(browser, 'page.html#step=2&pick=s3');
  const rows = await tableRows(page);
  equal(await texts(page, '#target .value'),
    rows.map((row, t) => (t < 2 ? row[3] : '')), '#step=2&pick=s3');
  await page.goto(page.url().split('#')[0] + '#step=99&pick=t0&layer=x');
  equal(await page.locator('.token.active').count(), 1, 'a strange link');
  await page.context().close();
}

async function servesAFinger(browser) {
  const page = await open(browser, 'page.html',
    {viewport: screens.phone, hasTouch: true, isMobile: true});
  await page.locator('#target .token').nth(1).tap();
  equal(await page.locator('[aria-pressed=true]').count(), 1, 'tap pins');
  await page.locator('#target .token').nth(1).tap();
  equal(await page.locator('[aria-pressed=true]').count(), 0, 'tap lets go');
  await page.context().close();
}

async function plays(browser) {
  const page = await open(browser, 'page.html');
  await page.clock.install();
  await page.locator('#play').click();
  equal(await page.locator('#play').textContent(), 'Pause', 'playing');
  equal(await page.locator('#step').inputValue(), '1', 'from the start');
  const last = Number(await page.locator('#step').getAttribute('max'));
  for (let step = 1; step < last; ++step) await page.clock.runFor(1000);
  equal(await page.locator('#step').inputValue(), String(last), 'to the end');
  equal(await page.locator('#play').textContent(), 'Play', 'and stops');
  await page.context().close();
}

// Every state that a reader may meet is one that axe finds nothing in, and no
// wider than the screen. axe is a script that the page's policy refuses, so
// that is put aside here, and only here.
async function looksWell(browser) {
  const states = ['page.html', 'page.html#step=2', 'page.html#pick=s1',
    'large.html#step=9&layer=2&heads=1,4'];
  for (const [screen, viewport] of Object.entries(screens))
    for (const colorScheme of ['light', 'dark'])
      for (const state of states) {
        const where = [state, screen, colorScheme].join(', ');
        const page = await open(browser, state,
          {viewport, colorScheme, bypassCSP: true});
        await chromium.looksWell(page, where);
        await page.context().close();
      }
}

async function isSafe(browser) {
  const page = await open(browser, 'page.html');
  equal(await page.locator('script').count(), 2, 'no token became a script');
  await page.context().close();
  // Without the nonce, nothing runs.
  const text = fs.readFileSync(folder + '/page.html', 'utf8');
  fs.writeFileSync(folder + '/hostile.html', text.replace('</h1>',
    '</h1><script>document.title = "owned"</script>'));
  const context = await browser.newContext();
  const hostile = await context.newPage();
  await hostile.goto(pathToFileURL(folder + '/hostile.html').href);
  expect(await hostile.title() !== 'owned', 'the policy stops scripts');
  await context.close();
}

async function isAtEaseWithALongSentence(browser) {
  const page = await open(browser, 'large.html');
  for (const seen of ['#heads', '#layer-label', 'p.gold-key'])
    expect(await page.locator(seen).isVisible(), seen + ' is seen');
  equal(await page.locator('#heads input').count(), 8, 'heads');
  const all = await drawn(page);
  await page.locator('#heads input').nth(0).uncheck();
  expect(await drawn(page) < all, 'a head less, fewer lines');
  for (let i = 0; i < 60; i += 7) {
    await page.locator('#target .token').nth(i).hover();
    equal(await page.locator('.token.active .word').textContent(), '目标' + i,
      'pointed at');
  }
  await page.locator('#heads label').nth(2).dblclick();
  equal(await page.locator('#heads input:checked').count(), 1, 'one alone');
  await page.locator('#target .token').nth(0).hover();
  equal(await page.locator('#source .value').nth(2).textContent(), '0.35',
    'its weight');
  await page.locator('#layer').selectOption({label: '2'});
  await page.locator('#target .token').nth(1).hover();
  await page.locator('#target .token').nth(0).hover();
  equal(await page.locator('#source .value').nth(22).textContent(), '0.35',
    'in the other layer');
  expect((await said(page)).endsWith('Known link: source3.'), 'a known link');
  await page.locator('summary').click();
  await page.locator('#table td').first().waitFor();  // made by an event
  equal(await page.locator('#table td').count(), 3600, 'cells');
  equal(await page.locator('#table td.gold').count(), 2, 'rings');
  expect(page.url().endsWith('#layer=2&heads=3'), 'a link: ' + page.url());
  await page.context().close();
}

const decoded = decode();
writeLarge();
const browser = await chromium.launch();
await showsTheProgramsNumbers(browser, decoded);
await servesTheKeyboard(browser);
await leadsIntoAState(browser);
await servesAFinger(browser);
await plays(browser);
await isSafe(browser);
await isAtEaseWithALongSentence(browser);
await looksWell(browser);
await browser.close();
chromium.finish('viewer');
