// A small FHIR R4 server in memory: node fhir_server.mjs, which prints its port. POST /habits empties it and sets
// token: asks for that bearer token. links=none: gives no next links. most: most entries a page.
// totals=none: gives no totals; more: one too many. offset=ignored: gives the first page always.
import http from 'node:http';

let habits = {};
const store = new Map();
let clock = Date.parse('2026-01-01T00:00:00Z');

const outcome = (code, text) => ({
  resourceType: 'OperationOutcome', issue: [{ severity: 'error', code, diagnostics: text }],
});

function keep(resource) {
  const kind = resource.resourceType;
  if (!store.has(kind)) store.set(kind, new Map());
  const lastUpdated = resource.meta?.lastUpdated ?? new Date((clock += 1000)).toISOString();
  const kept = { ...resource, meta: { ...resource.meta, lastUpdated } };
  store.get(kind).set(kept.id, kept);
  return kept;
}

function lastUpdatedFilter(text) {
  const [, prefix, moment] = /^(ge|gt|le|lt)?(.+)$/.exec(text);
  const limit = Date.parse(moment);
  const compare = { ge: (t) => t >= limit, gt: (t) => t > limit, le: (t) => t <= limit, lt: (t) => t < limit };
  return (one) => (compare[prefix] ?? ((t) => t === limit))(Date.parse(one.meta.lastUpdated));
}

function included(found, rule) {
  const [, name] = rule.split(':');
  const others = found.map((one) => one[name]?.reference?.split('/')).filter(Boolean);
  const known = others.map(([kind, id]) => store.get(kind)?.get(id)).filter(Boolean);
  return [...new Set(known)].map((resource) => ({ resource, search: { mode: 'include' } }));
}

function search(kind, query, base) {
  let found = [...(store.get(kind)?.values() ?? [])];
  for (const text of query.getAll('_lastUpdated')) found = found.filter(lastUpdatedFilter(text));
  if (query.get('status')) found = found.filter((one) => query.get('status').split(',').includes(one.status));
  const sort = query.get('_sort');
  if (sort?.replace('-', '') === '_lastUpdated') {
    const sign = sort.startsWith('-') ? -1 : 1;
    found.sort((a, b) => sign * (Date.parse(a.meta.lastUpdated) - Date.parse(b.meta.lastUpdated)));
  }
  const count = Math.min(Number(query.get('_count') ?? 20), Number(habits.most ?? 1000));
  const offset = habits.offset === 'ignored' ? 0 : Number(query.get('_offset') ?? 0);
  const page = found.slice(offset, offset + count);
  const entry = page.map((resource) => ({ resource, search: { mode: 'match' } }));
  for (const rule of query.getAll('_include')) entry.push(...included(page, rule));
  const bundle = { resourceType: 'Bundle', type: 'searchset', entry };
  if (habits.totals !== 'none') bundle.total = found.length + (habits.totals === 'more' ? 1 : 0);
  if (habits.links !== 'none') {
    bundle.link = [{ relation: 'self', url: `${base}/${kind}?${query}` }];
    if (offset + count < found.length) {
      const next = new URLSearchParams(query);
      next.set('_offset', offset + count);
      bundle.link.push({ relation: 'next', url: `${base}/${kind}?${next}` });
    }
  }
  return [200, bundle];
}

function load(body) {
  const all = body.resourceType === 'Bundle' ? body.entry.map((one) => one.resource) : [body];
  const kept = all.map(keep);
  return [200, { resourceType: 'Bundle', type: 'batch-response', entry: kept.map(() => ({ response: { status: '201' } })) }];
}

function answer(request, url, body) {
  if (url.pathname === '/habits') {
    habits = JSON.parse(body);
    store.clear();
    return [200, habits];
  }
  const allowed = !habits.token || request.headers.authorization === `Bearer ${habits.token}`;
  if (!allowed) return [401, outcome('login', 'token')];
  const [, root, kind, id] = url.pathname.split('/');
  if (root !== 'r4') return [404, outcome('not-found', 'unknown place')];
  if (request.method === 'POST') return load(JSON.parse(body));
  if (request.method === 'DELETE') return store.get(kind)?.delete(id) ? [200, {}] : [404, outcome('not-found', id)];
  const base = `http://${request.headers.host}/r4`;
  if (id) {
    const found = store.get(kind)?.get(id);
    return found ? [200, found] : [404, outcome('not-found', id)];
  }
  return search(kind, url.searchParams, base);
}

const server = http.createServer((request, response) => {
  const pieces = [];
  request.on('data', (piece) => pieces.push(piece));
  request.on('end', () => {
    let found;
    try {
      found = answer(request, new URL(request.url, 'http://server'), Buffer.concat(pieces).toString());
    } catch (error) {
      found = [500, outcome('exception', String(error))];
    }
    const text = JSON.stringify(found[1]);
    response.writeHead(found[0], { 'content-type': 'application/fhir+json; charset=utf-8' });
    response.end(text);
  });
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
