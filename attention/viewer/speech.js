// ---- In words

function strongest(pairs) {
  pairs.sort((a, b) => b[0] - a[0]);
  return pairs.slice(0, 3).map(([w, i, text]) => text + ' ' + fixed(w, 2))
      .join(', ');
}

function sentence(now) {
  if (!now) return 'All words are there. Point at one of them, or play.';
  const text = data[now.side][now.i];
  const ofTarget = now.side === 'target';
  const others = ofTarget ? data.source : data.target.filter((_, t) =>
    visible(t));
  const pairs = others.map((other, i) =>
    [ofTarget ? weight(now.i, i) : weight(i, now.i), i, other]);
  const known = others.filter((_, i) =>
    gold.has(ofTarget ? now.i * S + i : i * S + now.i));
  return '“' + text + '” ' + (ofTarget ? 'reads ' : 'is read by ') +
      (strongest(pairs) || 'nothing') + '.' +
      (known.length ? ' Known link: ' + known.join(', ') + '.' : '');
}

function updateWords() {
  const now = active();
  find('said').textContent = sentence(now);
  const at = now && now.side === 'target' ? now.i : step;
  const guesses = data.guesses[at] || [];
  find('next').hidden = !guesses.length;
  find('next-name').textContent = 'What word ' + (at + 1) + ' was chosen from';
  find('guesses').replaceChildren(...guesses.map(([text, p]) => {
    const chosen = text === data.target[at];
    const item = element('li', chosen ? {class: 'chosen'} : {});
    const bar = element('span', {class: 'bar'});
    bar.style.setProperty('--share', p);
    item.append(
      element('span', {class: 'word', title: text, ...language(text)}, text),
      bar, element('span', {class: 'value'}, fixed(p, 3)));
    return item;
  }));
  find('step').value = step + 1;
  const name = step < T ? step + 1 + ' of ' + T + ': ' + data.target[step]
                        : 'all ' + T + ' words';
  find('step-name').textContent = name;
  find('step').setAttribute('aria-valuetext', name);
}
