// Comfort only: the book reads without it. The theme button, the buttons that
// copy code, and the search.
(function () {
  'use strict';
  const root = document.documentElement;
  const byId = (id) => document.getElementById(id);

  const button = byId('theme');
  button.hidden = false;
  button.onclick = function () {
    const system = matchMedia('(prefers-color-scheme: dark)').matches;
    const dark = root.dataset.theme ? root.dataset.theme === 'dark' : system;
    root.dataset.theme = dark ? 'light' : 'dark';
    try { localStorage.theme = root.dataset.theme; } catch (e) { /* private */ }
  };

  if (navigator.clipboard) {
    document.querySelectorAll('.code').forEach(function (block) {
      const copy = document.createElement('button');
      copy.className = 'copy';
      copy.textContent = 'Copy';
      copy.onclick = function () {
        const code = block.querySelector('code').textContent;
        navigator.clipboard.writeText(code).then(function () {
          copy.textContent = 'Copied';
          setTimeout(() => { copy.textContent = 'Copy'; }, 1200);
        });
      };
      block.append(copy);
    });
  }

  // Plain substrings, all of which must occur: Chinese needs no splitter.
  // An entry is [address, title of the section, title of the page, text].
  function find(wanted) {
    const words = wanted.toLowerCase().split(/\s+/).filter(Boolean);
    if (!words.length) return [];
    const hits = [];
    for (const entry of window.SEARCH || []) {
      const title = entry[1].toLowerCase(), body = entry[3].toLowerCase();
      let score = 0;
      const all = words.every(function (word) {
        const inTitle = title.includes(word);
        const times = body.split(word).length - 1;
        score += (inTitle ? 20 : 0) + Math.min(times, 5);
        return inTitle || times > 0;
      });
      if (all) hits.push({ score, entry, word: words[0] });
    }
    return hits.sort((a, b) => b.score - a.score).slice(0, 20);
  }

  function element(name, text) {
    const made = document.createElement(name);
    made.textContent = text;
    return made;
  }

  // The text around the first place of a word.
  function excerpt(body, word) {
    const at = Math.max(0, body.toLowerCase().indexOf(word));
    const line = element('small', (at > 40 ? '…' : '') +
        body.slice(Math.max(0, at - 40), at));
    line.append(element('mark', body.slice(at, at + word.length)),
        body.slice(at + word.length, at + 80) + '…');
    return line;
  }

  const input = byId('search'), found = byId('found');
  input.form.hidden = false;
  input.form.onsubmit = () => {
    const first = found.querySelector('a');
    if (first) location.href = first.href;
    return false;
  };
  input.oninput = function () {
    const hits = find(input.value);
    found.hidden = !input.value.trim();
    found.replaceChildren(element('p', hits.length === 0 ? 'Nothing found' :
      hits.length + (hits.length === 1 ? ' place' : ' places')));
    for (const { entry, word } of hits) {
      const link = element('a', entry[1] === entry[2] ? entry[1] :
        entry[2] + ' › ' + entry[1]);
      link.href = entry[0];
      link.append(excerpt(entry[3], word));
      found.append(link);
    }
  };
  document.addEventListener('keydown', function (event) {
    if (event.key === '/' && document.activeElement !== input) {
      event.preventDefault();
      input.focus();
    }
    if (event.key === 'Escape') {
      found.hidden = true;
      input.blur();
    }
  });
  document.addEventListener('click', function (event) {
    if (!input.form.contains(event.target) || event.target.closest('a'))
      found.hidden = true;
  });
})();
