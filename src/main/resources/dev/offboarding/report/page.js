
// The list of customers and their stories. All text is put in as text: nothing here makes markup of it.
'use strict';
(() => {
  const AT_A_TIME = 60;
  const read = (element) => JSON.parse(element.textContent);
  const byId = (id) => document.getElementById(id);
  const words = read(byId('words'));
  const named = (pairs) => Object.fromEntries(pairs);
  const actionWords = named(words.actions);
  const effectWords = named(words.effects);
  const word = (kind, name) => words[kind][name] || { label: name, tone: 'look', meaning: '' };
  const number = (n) => n.toLocaleString('en');
  const customers = (n) => number(n) + (n === 1 ? ' customer' : ' customers');

  // ---- elements

  const SVG = 'http://www.w3.org/2000/svg';

  function el(name, attributes, ...children) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes || {})) {
      if (value !== undefined && value !== null && value !== false) {
        element.setAttribute(key, value);
      }
    }
    element.append(...children.flat().filter((child) => child !== undefined && child !== null && child !== false && child !== ''));
    return element;
  }

  /** Text from outside: whichever way it is read, it does not turn what stands beside it. */
  const outside = (text, attributes) => el('bdi', attributes, text || '');
  const code = (text) => el('bdi', { class: 'code' }, text || '');

  function sign(tone) {
    const svg = document.createElementNS(SVG, 'svg');
    svg.setAttribute('class', 'sign');
    svg.setAttribute('aria-hidden', 'true');
    const use = document.createElementNS(SVG, 'use');
    use.setAttribute('href', '#sign-' + tone);
    svg.append(use);
    return svg;
  }

  /** A text that people need elsewhere, character by character, and a button that copies it. */
  const copied = (text, what) => text && el('span', { class: 'copied' }, code(text), copier(text, what));

  function copier(text, what) {
    const button = el('button', { type: 'button', class: 'copy', 'aria-label': 'Copy ' + what, title: 'Copy' }, sign('copy'));
    button.addEventListener('click', () => copy(text, button));
    return button;
  }

  async function copy(text, button) {
    let done = true;
    try {
      await navigator.clipboard.writeText(text);
    } catch (refused) {
      done = copyAsSelected(text);
    }
    button.classList.add(done ? 'done' : 'refused');
    setTimeout(() => button.classList.remove('done', 'refused'), 1500);
    byId('copied').textContent = '';
    byId('copied').textContent = done ? 'Copied.' : 'The browser does not let this page copy.';
  }

  /** As browsers did it before, and still do for files. */
  function copyAsSelected(text) {
    const before = document.activeElement;
    const field = el('textarea', { class: 'unseen', 'aria-hidden': 'true', tabindex: '-1' });
    field.value = text;
    document.body.append(field);
    field.select();
    const done = document.execCommand('copy');
    field.remove();
    before.focus({ preventScroll: true });
    return done;
  }

  const badge = (tone, label) => el('span', { class: 'badge tone-' + tone }, sign(tone), label);

  // ---- the customers

  const fold = (text) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  const all = [];
  const stories = [...document.querySelectorAll('script.customer-stories')];
  document.querySelectorAll('script.customer-lines').forEach((block, number) => {
    read(block).forEach((customer, place) => {
      customer.block = number;
      customer.place = place;
      customer.rank = all.length;
      customer.key = fold([
        customer.name, customer.domain, customer.id, customer.ticket, customer.by, customer.why, customer.message,
        customer.source, word('outcomes', customer.outcome).label, customer.hold ? word('holds', customer.hold).label : '',
      ].join('\n'));
      all.push(customer);
    });
  });
  const places = new Map(all.map((customer) => [customer.id, customer]));
  const readBlocks = new Map();

  /** A block of stories is read when the first of them is opened. */
  function story(customer) {
    if (!readBlocks.has(customer.block)) {
      readBlocks.set(customer.block, read(stories[customer.block]));
    }
    return readBlocks.get(customer.block)[customer.place];
  }

  // ---- what is shown

  const everybody = () => ({ text: '', outcomes: new Set(), hold: '', change: '', order: 'rank', reverse: false });
  const wanted = everybody();
  const open = new Set();
  let shown = all;
  let rendered = 0;

  const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });
  const outcomeOrder = Object.fromEntries(Object.keys(words.outcomes).map((name, place) => [name, place]));
  const orders = {
    rank: (a, b) => a.rank - b.rank,
    name: (a, b) => collator.compare(a.name, b.name),
    outcome: (a, b) => outcomeOrder[a.outcome] - outcomeOrder[b.outcome],
    until: (a, b) => late(a) - late(b) || collator.compare(a.until || '', b.until || ''),
    before: (a, b) => (b.before || 0) - (a.before || 0),
    ticket: (a, b) => !a.ticket - !b.ticket || collator.compare(a.ticket || '', b.ticket || ''),
    line: (a, b) => collator.compare(a.source, b.source) || a.line - b.line,
  };
  const late = (customer) => (customer.until ? 0 : customer.hold ? 1 : 2);

  function choose() {
    const parts = fold(wanted.text).split(/\s+/).filter(Boolean);
    const found = all.filter((customer) =>
      (wanted.outcomes.size === 0 || wanted.outcomes.has(customer.outcome))
      && (wanted.hold === '' || (wanted.hold === 'any' ? customer.hold : customer.hold === wanted.hold))
      && (wanted.change === '' || customer.change === wanted.change)
      && parts.every((part) => customer.key.includes(part)));
    if (wanted.order !== 'rank') {
      const order = orders[wanted.order];
      found.sort((a, b) => order(a, b) || a.rank - b.rank);
    }
    return wanted.reverse ? found.reverse() : found;
  }

  function refresh() {
    shown = choose();
    rendered = 0;
    byId('rows').replaceChildren();
    byId('list').setAttribute('aria-rowcount', shown.length + 1);
    renderMore();
    tell();
    for (const header of document.querySelectorAll('.head [role="columnheader"]')) {
      const order = header.firstElementChild.dataset.order;
      if (order === wanted.order) {
        header.setAttribute('aria-sort', wanted.reverse !== (order === 'before') ? 'descending' : 'ascending');
      } else {
        header.removeAttribute('aria-sort');
      }
    }
  }

  function tell() {
    const filtered = wanted.text.trim() !== '' || wanted.outcomes.size > 0 || wanted.hold !== '' || wanted.change !== '';
    byId('all').hidden = !filtered;
    byId('count').textContent = shown.length === 0
      ? 'No customer matches.'
      : filtered ? number(shown.length) + ' of ' + customers(all.length)
        + (wanted.change ? ': ' + words.changes[wanted.change] + ' since the last run' : '') : customers(all.length);
  }

  function renderMore(least = AT_A_TIME) {
    const next = shown.slice(rendered, rendered + least);
    byId('rows').append(...next.map((customer, i) => row(customer, rendered + i)));
    rendered += next.length;
    byId('more').hidden = rendered >= shown.length;
    const left = shown.length - rendered;
    byId('more').textContent = 'Show ' + number(Math.min(AT_A_TIME, left)) + ' more of ' + number(left) + ' left';
  }

  function row(customer, place) {
    const opener = el('button', {
      type: 'button', class: 'opener', id: 'open-' + customer.id, 'aria-expanded': 'false', 'aria-controls': 'story-' + customer.id,
    }, outside(customer.name));
    const outcome = word('outcomes', customer.outcome);
    const element = el('div', { class: 'row', role: 'row', 'aria-rowindex': place + 2 },
      el('div', { role: 'cell' }, opener, el('span', { class: 'under' }, outside(customer.domain && customer.domain !== customer.name ? customer.domain : customer.id))),
      el('div', { role: 'cell' }, badge(customer.tone, customer.label || outcome.label)),
      el('div', { role: 'cell' },
        customer.hold && el('span', { class: 'hold' }, word('holds', customer.hold).label, customer.until ? ' until ' + customer.until : '',
          customer.since && el('span', { class: 'since' }, ' since ' + customer.since)),
        customer.message && outside(customer.message, { class: 'message' })),
      el('div', { role: 'cell', class: 'number' }, ...subscriptions(customer)),
      el('div', { role: 'cell' }, customer.ticket && outside(customer.ticket)),
      el('div', { role: 'cell', 'aria-colspan': 5, class: 'story', id: 'story-' + customer.id, hidden: '' }));
    opener.addEventListener('click', () => toggle(customer, element));
    if (open.has(customer.id)) {
      unfold(customer, element);
    }
    return element;
  }

  function subscriptions(customer) {
    const before = customer.before || 0;
    const says = before === 0 ? 'none active' : number(customer.dealt || 0) + ' of ' + number(before);
    return [
      el('span', {}, says, before > 0 && el('span', { class: 'unseen' }, ' active subscriptions dealt with')),
      customer.failed && el('span', { class: 'failed' }, number(customer.failed) + ' failed'),
    ];
  }

  function toggle(customer, element) {
    if (open.delete(customer.id)) {
      element.classList.remove('open');
      element.querySelector('.opener').setAttribute('aria-expanded', 'false');
      element.lastElementChild.hidden = true;
      element.lastElementChild.replaceChildren();
      address();
    } else {
      open.add(customer.id);
      unfold(customer, element);
      address(customer);
    }
  }

  function unfold(customer, element) {
    element.classList.add('open');
    element.querySelector('.opener').setAttribute('aria-expanded', 'true');
    element.lastElementChild.replaceChildren(...storyParts(customer));
    element.lastElementChild.hidden = false;
  }

  // ---- a story

  function storyParts(customer) {
    const it = story(customer);
    const after = afterwards(it);
    return [
      part('Where it stands', standing(customer, it), true),
      (it.effects || []).length > 0 && part('The four effects of the removal', lines(it.effects.map(effect))),
      (it.nights || []).length > 0 && part('Earlier nights', lines(it.nights.map(night))),
      (it.holdings || []).length > 0 && part('Subscriptions', holdings(it, after), true),
      (it.writes || []).length > 0 && part('What was asked of the platform', writes(it), true),
      (it.planned || []).length > 0 && part('What a run would ask of the platform', lines(it.planned.map((write) =>
        [actionWords[write.action] || write.action, ' ', target(write, it)])), true),
      it.removedAt && part('If this was a mistake', wayBack(it), true),
      part('From the list', facts({ 'Customer id': copied(customer.id, 'the customer’s id'), ...quoted(it.entry) })),
      part('As the platform showed it', it.seen ? facts(seen(it.seen)) : el('p', {}, 'It was not read in this run.')),
      it.witness && part('Second witness: the platform’s own log', el('p', {}, outside(it.witness))),
    ].filter(Boolean);
  }

  /** What it is now, why, and what to do about it. */
  function standing(customer, it) {
    const outcome = word('outcomes', customer.outcome);
    const holds = it.holds || [];
    const remedies = [...new Set(holds.map((hold) => word('holds', hold.reason).remedy))];
    return el('div', { class: 'standing' },
      el('p', {}, badge(customer.tone, customer.label || outcome.label), ' ', outcome.meaning),
      holds.length > 0 && lines(holds.map((hold, index) => held(hold, index === 0 && customer.since))),
      it.message && !holds.some((hold) => hold.message === it.message) && el('p', {}, outside(it.message)),
      el('p', { class: 'todo' }, el('strong', {}, 'What to do: '), remedies.length > 0 ? remedies.join(' ') : outcome.remedy),
      facts({
        State: it.state,
        // what failed may be the suspension of something that became active later
        [customer.outcome === 'FAILED' ? 'Was free of active subscriptions at' : 'Free of active subscriptions since']: it.suspendedAt,
        'Removed at': it.removedAt, 'Read again from': it.nextLook,
      }),
      it.elsewhere && el('p', {}, el('a', { href: it.elsewhere, rel: 'noreferrer' }, 'This customer in Partner Center')));
  }

  function night(it) {
    return it.more
      ? ['and earlier ones: ', el('span', { class: 'code' }, 'offboarding explain')]
      : [el('span', { class: 'at' }, it.on ? 'from ' : it.from && it.from + ' to ', it.link ? el('a', { href: it.link }, it.at) : it.at, it.on && ' on'), ' ',
        outside(it.what)];
  }

  function wayBack(it) {
    const words = byId('way-back');
    return el('div', {},
      el('p', {}, words ? words.textContent : 'Request the relationship again.'),
      (it.wayBack || []).length > 0 && el('ol', { class: 'lines' }, it.wayBack.map((one, index) => el('li', {},
        (index + 1) + '. ', outside(one.name || one.id), one.gone ? ': cancelled, it cannot be made active again' : ': was active',
        one.until && ', its term ends ' + one.until, small(copied(one.id, 'the subscription’s id'))))));
  }

  const part = (title, content, whole) => el('div', { class: whole ? 'whole' : undefined }, el('h3', {}, title), content);
  const lines = (items) => el('ul', { class: 'lines' }, items.map((item) => el('li', {}, item)));
  const quoted = (texts) => Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, outside(String(text))]));

  function facts(entries) {
    return el('dl', { class: 'facts' }, Object.entries(entries)
      .filter(([, value]) => value !== undefined && value !== '')
      .map(([name, value]) => el('div', {}, el('dt', {}, outside(name)), el('dd', {}, value))));
  }

  function seen(it) {
    return {
      'Read at': it.at,
      'Unchanged since': it.since,
      'Company name': it.name && outside(it.name),
      Domain: it.domain && outside(it.domain),
      Relationship: it.relationship && outside(it.relationship),
      'Support contact': it.contact && outside(it.contact),
      'Not known': it.unknown && outside(it.unknown),
      'Could not be read': it.unreadable && outside(it.unreadable),
      'Delegated administration': it.delegations && lines(it.delegations.map((delegation) =>
        [outside(delegation.name || delegation.id), ': ', outside(delegation.status), small(code(delegation.id))])),
    };
  }

  const small = (...content) => el('span', { class: 'small' }, ...content);

  function held(hold, since) {
    const reason = word('holds', hold.reason);
    return [
      badge(reason.look ? 'look' : 'wait', reason.label + (hold.until ? ' until ' + hold.until : '')), ' ',
      outside(hold.message), since && small('Waits for this since ' + since + '.'),
      hold.renews_on && small('Renews itself on ' + hold.renews_on + ' unless its auto-renew is switched off before.'),
    ];
  }

  function effect(reading) {
    const result = word('readings', reading.result);
    return [
      badge(result.tone, result.label), ' ', effectWords[reading.effect] || reading.effect,
      small(outside(reading.proof), reading.at ? ', read at ' + reading.at : ''),
    ];
  }

  /** What each subscription was after the last write to it, as far as it was read or answered. */
  function afterwards(it) {
    const after = new Map();
    for (const write of it.writes || []) {
      if (write.after) {
        after.set(write.target, write.after);
      } else if (write.result === 'LOST') {
        after.set(write.target, 'not known');
      }
    }
    return after;
  }

  function holdings(it, after) {
    const rows = it.holdings.filter((holding) => !holding.left).map((holding) => el('tr', {},
      el('td', {}, outside(holding.name || holding.id), small(outside(holding.kind), term(holding), el('br'), copied(holding.id, 'the subscription’s id'))),
      el('td', {}, outside(holding.status)),
      el('td', {}, after.has(holding.id) ? el('strong', {}, outside(after.get(holding.id))) : 'not touched')));
    const left = it.holdings.reduce((sum, holding) => sum + (holding.left || 0), 0);
    return el('div', {},
      el('table', {},
        el('thead', {}, el('tr', {}, ...['Subscription', 'Before', 'After'].map((name) => el('th', { scope: 'col' }, name)))),
        el('tbody', {}, rows)),
      left > 0 && el('p', {}, 'and ' + number(left) + ' more, in report.json'));
  }

  function term(holding) {
    return [
      holding.term ? ', term ends ' + holding.term : '',
      holding.renews ? (holding.renews === 'yes' ? ', renews itself' : ', does not renew itself') : '',
      holding.parent ? ', an add-on' : '',
    ].join('');
  }

  function writes(it) {
    const list = lines(it.writes.map((write) => {
      const result = word('results', write.result);
      return [
        badge(result.tone, result.label), ' ', actionWords[write.action] || write.action, ' ', target(write, it),
        (write.before || write.after) && small('was ', outside(write.before || 'not read'), ', then ', outside(write.after || 'not read')),
        write.message && small(outside(write.message)),
        small(write.at, write.attempt ? ', attempt ' + write.attempt : '', ', event ' + write.event + ', correlation id ',
          write.correlation ? copied(write.correlation, 'the correlation id') : 'none'),
      ];
    }));
    return el('div', {}, list, it.writesLeft && el('p', {}, 'and ' + number(it.writesLeft) + ' more, in actions.csv'));
  }

  function target(write, it) {
    const holding = (it.holdings || []).find((one) => one.id === write.target);
    return holding ? outside(holding.name || holding.id) : write.action === 'REMOVE' ? '' : code(write.target);
  }

  // ---- the tools

  function countBy(member) {
    const counts = new Map();
    for (const customer of all) {
      if (customer[member]) {
        counts.set(customer[member], (counts.get(customer[member]) || 0) + 1);
      }
    }
    return counts;
  }

  function chips() {
    const counts = countBy('outcome');
    const names = Object.keys(words.outcomes).filter((name) => counts.has(name));
    byId('outcomes').append(...names.map((name) => {
      const outcome = word('outcomes', name);
      const chip = el('button', { type: 'button', 'aria-pressed': 'false', 'data-outcome': name, class: 'tone-' + outcome.tone },
        sign(outcome.tone), outcome.label, el('b', {}, number(counts.get(name))));
      chip.addEventListener('click', () => {
        if (!wanted.outcomes.delete(name)) {
          wanted.outcomes.add(name);
        }
        show();
        address();
      });
      return chip;
    }));
  }

  function holds() {
    const counts = countBy('hold');
    const options = [...counts].sort((a, b) => b[1] - a[1]).map(([name, count]) =>
      el('option', { value: name }, word('holds', name).label + ' (' + number(count) + ')'));
    byId('hold').append(el('option', { value: '' }, 'Held or not'), el('option', { value: 'any' }, 'Held for any reason'), ...options);
  }

  /** Sets the tools to what is wanted, and shows it. */
  function show() {
    byId('search').value = wanted.text;
    byId('hold').value = wanted.hold;
    byId('order').value = wanted.order;
    byId('reverse').setAttribute('aria-pressed', wanted.reverse);
    for (const chip of byId('outcomes').children) {
      chip.setAttribute('aria-pressed', wanted.outcomes.has(chip.dataset.outcome));
    }
    refresh();
  }

  // ---- the address: what is wanted stands in it, so that it can be handed on, and the way back leads back

  /** @param customer the one that was opened last */
  function address(customer, visited) {
    const parts = [
      customer && 'c-' + customer.id,
      wanted.text.trim() && 'search=' + encodeURIComponent(wanted.text.trim()),
      wanted.outcomes.size > 0 && 'outcome=' + [...wanted.outcomes].join(','),
      wanted.hold && 'hold=' + wanted.hold,
      wanted.change && 'change=' + wanted.change,
      wanted.order !== 'rank' && 'sort=' + wanted.order,
      wanted.reverse && 'reverse',
    ].filter(Boolean);
    const hash = parts.length > 0 ? '#' + parts.join('&') : location.pathname + location.search;
    if (!visited) {
      history.replaceState(null, '', hash);
    } else if (hash !== location.hash) {
      history.pushState(null, '', hash);
    }
  }

  /** What the address says; null where it says nothing about customers. */
  function fromAddress() {
    const said = { settings: everybody(), customer: null };
    let known = location.hash === '';
    for (const part of location.hash.slice(1).split('&')) {
      const [name, value = ''] = part.split('=', 2);
      if (part.startsWith('c-') && places.has(part.slice(2))) {
        said.customer = places.get(part.slice(2));
      } else if (name === 'search') {
        said.settings.text = decoded(value);
      } else if (name === 'outcome') {
        said.settings.outcomes = new Set(value.split(',').filter((outcome) => Object.hasOwn(words.outcomes, outcome)));
      } else if (name === 'hold' && (value === 'any' || Object.hasOwn(words.holds, value))) {
        said.settings.hold = value;
      } else if (name === 'change' && Object.hasOwn(words.changes, value)) {
        said.settings.change = value;
      } else if (name === 'sort' && Object.hasOwn(orders, value)) {
        said.settings.order = value;
      } else if (part === 'reverse') {
        said.settings.reverse = true;
      } else {
        continue;
      }
      known = true;
    }
    return known ? said : null;
  }

  function decoded(value) {
    try {
      return decodeURIComponent(value);
    } catch (malformed) {
      return value;
    }
  }

  function visit() {
    const said = fromAddress();
    if (!said) {
      return;
    }
    Object.assign(wanted, said.settings);
    if (said.customer) {
      open.add(said.customer.id);
    }
    show();
    if (said.customer) {
      visitCustomer(said.customer);
    } else if (location.hash) {
      toTheList();
    }
  }

  /** The customer that the address names: shown, opened, and with the keyboard on it. */
  function visitCustomer(customer) {
    if (!shown.includes(customer)) {
      Object.assign(wanted, everybody());
      show();
    }
    renderMore(Math.max(0, shown.indexOf(customer) + 1 - rendered));
    const opener = byId('open-' + customer.id);
    opener.focus({ preventScroll: true });
    opener.scrollIntoView({ block: 'start' });
  }

  function toTheList() {
    byId('customers').focus({ preventScroll: true });
    byId('customers').scrollIntoView();
  }

  function want(settings) {
    Object.assign(wanted, everybody(), settings);
    show();
    address(null, true);
    toTheList();
  }

  let typing;
  byId('search').addEventListener('input', (event) => {
    wanted.text = event.target.value;
    refresh();
    // browsers refuse an address that changes with each letter
    clearTimeout(typing);
    typing = setTimeout(address, 400);
  });
  byId('hold').addEventListener('change', (event) => { wanted.hold = event.target.value; refresh(); address(); });
  byId('order').addEventListener('change', (event) => { wanted.order = event.target.value; show(); address(); });
  byId('reverse').addEventListener('click', () => { wanted.reverse = !wanted.reverse; show(); address(); });
  byId('all').addEventListener('click', () => { want({}); byId('search').focus({ preventScroll: true }); });
  byId('more').addEventListener('click', () => {
    const first = rendered;
    renderMore();
    byId('rows').children[first].querySelector('.opener').focus();
  });
  for (const header of document.querySelectorAll('.head button')) {
    header.addEventListener('click', () => {
      wanted.reverse = wanted.order === header.dataset.order && !wanted.reverse;
      wanted.order = header.dataset.order;
      show();
      address();
    });
  }
  for (const button of document.querySelectorAll('button.filter')) {
    button.addEventListener('click', () => want({
      outcomes: new Set(button.dataset.outcome ? [button.dataset.outcome] : []), hold: button.dataset.hold,
    }));
  }
  for (const button of document.querySelectorAll('button.copy[data-copy]')) {
    button.addEventListener('click', () => copy(button.dataset.copy, button));
  }
  addEventListener('hashchange', visit);
  // a second click on the same link changes no address
  document.addEventListener('click', (event) => {
    const link = event.target.closest('a[href^="#"], svg a');
    if (link && link.getAttribute('href') === location.hash) {
      visit();
    }
  });

  // stories that are open are printed too, after the table
  addEventListener('beforeprint', () => byId('printed-stories').replaceChildren(...[...open].map((id) => places.get(id)).map((customer) =>
    el('div', { class: 'story' }, el('h2', {}, outside(customer.name)), ...storyParts(customer)))));
  addEventListener('afterprint', () => byId('printed-stories').replaceChildren());

  document.documentElement.classList.add('js');
  // an address with a customer means the one in the list, not the one in the table for paper
  document.querySelectorAll('tr[id]').forEach((tr) => tr.removeAttribute('id'));
  chips();
  holds();
  for (const element of document.querySelectorAll('.live')) {
    element.hidden = false;
  }
  show();
  visit();
})();
