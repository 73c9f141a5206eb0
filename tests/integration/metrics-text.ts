export type Series = { name: string; labels: Record<string, string>; value: number }
export type Family = { name: string; type: string; help: string; series: Series[] }

const NAME = /^[a-z][a-z0-9_]*$/
const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/g

const labelsOf = (text: string): Record<string, string> => {
  const rest = text.replaceAll(LABEL, '')
  if (rest !== '') throw new Error(`labels that cannot be read: ${text}`)
  return Object.fromEntries([...text.matchAll(LABEL)].map(([, name, value]) => [name ?? '', value ?? '']))
}

/** Reads Prometheus' text format 0.0.4: HELP, TYPE and then the series of one family after the other. Throws at what is not that. */
export function readMetrics(text: string): Family[] {
  if (!text.endsWith('\n')) throw new Error('the last line does not end')
  const families: Family[] = []
  for (const line of text.split('\n').filter(Boolean)) {
    const [, word, name, rest] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line) ?? []
    const last = families.at(-1)
    if (word === 'HELP') families.push({ name: name ?? '', type: '', help: rest ?? '', series: [] })
    else if (word === 'TYPE' && last && last.name === name && last.type === '') last.type = rest ?? ''
    else {
      const [, sample, labels = '', value] = SAMPLE.exec(line) ?? []
      if (!last || sample === undefined || !belongs(sample, last)) throw new Error(`a line out of place: ${line}`)
      last.series.push({ name: sample, labels: labelsOf(labels), value: value === '+Inf' ? Infinity : Number(value) })
    }
  }
  return families
}

const belongs = (sample: string, { name, type }: Family): boolean =>
  sample === name || (type === 'histogram' && ['_bucket', '_sum', '_count'].some((ending) => sample === name + ending))

/** What `promtool check metrics` complains of, and what its format asks for beyond that. Empty: nothing. */
export function complaintsOf(families: Family[]): string[] {
  const names = families.map(({ name }) => name)
  const doubled = names.filter((name, at) => names.indexOf(name) !== at).map((name) => `${name} twice`)
  return [...doubled, ...families.flatMap((family) => [...nameComplaints(family), ...seriesComplaints(family)])]
}

function nameComplaints({ name, type, help }: Family): string[] {
  const isTotal = name.endsWith('_total')
  const rules: [boolean, string][] = [
    [NAME.test(name), 'a name has small letters, digits and _'],
    [help.trim() !== '', 'no help text'],
    [['counter', 'gauge', 'histogram', 'summary'].includes(type), 'no type'],
    [type !== 'counter' || isTotal, 'a counter ends with _total'],
    [type === 'counter' || !isTotal, 'only a counter ends with _total'],
    [!/_(count|sum|bucket)$/.test(name), '_count, _sum and _bucket belong to histograms'],
    [!name.includes(type), 'the type is no part of a name'],
    [!/_(ms|us|seconds?_ms|milliseconds|microseconds|minutes|hours|kb|mb|percent)(_|$)/.test(name), 'base units only'],
  ]
  return rules.filter(([holds]) => !holds).map(([, why]) => `${name}: ${why}`)
}

function seriesComplaints(family: Family): string[] {
  const keys = family.series.map(({ name, labels }) => name + JSON.stringify(Object.entries(labels).sort()))
  const doubled = keys.filter((key, at) => keys.indexOf(key) !== at).map((key) => `${key} twice`)
  const wrong = family.series
    .filter(({ value }) => Number.isNaN(value) || value < 0)
    .map(({ name }) => `${name}: no number`)
  return [...doubled, ...wrong, ...(family.type === 'histogram' ? histogramComplaints(family) : [])]
}

/** Buckets are cumulative, bounds grow, and the last one counts all. */
function histogramComplaints({ name, series }: Family): string[] {
  const groups = Map.groupBy(series, ({ labels: { le: _le, ...rest } }) => JSON.stringify(rest))
  return [...groups].flatMap(([labels, group]) => {
    const buckets = group.filter((one) => one.name === `${name}_bucket`)
    const bounds = buckets.map(({ labels: { le } }) => (le === '+Inf' ? Infinity : Number(le)))
    const counts = buckets.map(({ value }) => value)
    const count = group.find((one) => one.name === `${name}_count`)?.value
    const rules: [boolean, string][] = [
      [bounds.at(-1) === Infinity && bounds.every((bound, at) => at === 0 || bound > (bounds[at - 1] ?? 0)), 'bounds'],
      [counts.every((value, at) => at === 0 || value >= (counts[at - 1] ?? 0)), 'buckets are not cumulative'],
      [counts.at(-1) === count, '+Inf is not the count'],
      [group.some((one) => one.name === `${name}_sum`), 'no sum'],
    ]
    return rules.filter(([holds]) => !holds).map(([, why]) => `${name}${labels}: ${why}`)
  })
}
