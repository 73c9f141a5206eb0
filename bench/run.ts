import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import type { Figure, LeftOut } from './figure.ts'
import { parts } from './parts.ts'
import { leftOutLines, table } from './table.ts'

const HELP = `npm run bench [-- <part> …] [--json]

Measures the ratios of the README's performance section on this machine, under 10 minutes in all.
Parts: ${parts.map(({ name, what }) => `\n  ${name.padEnd(10)} ${what}`).join('')}

--json    an array of { figure, value, bar, holds, rounds } on stdout
Exit code: 0 every figure holds, 1 one does not, 2 could not run.
`

const say = (line: string): void => void process.stderr.write(`${line}\n`)

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h', default: false } },
})
if (values.help) {
  process.stdout.write(HELP)
  process.exit(0)
}
const unknown = positionals.filter((name) => !parts.some((part) => part.name === name))
if (unknown.length > 0) {
  say(`There is no part "${unknown.join('", "')}".\n\n${HELP}`)
  process.exit(2)
}

const figures: Figure[] = []
const leftOut: LeftOut[] = []
let broke = false
for (const part of parts.filter(({ name }) => positionals.length === 0 || positionals.includes(name))) {
  say(`${part.name}: ${part.what}`)
  const lacking = (await part.lacks?.()) ?? null
  if (lacking !== null) {
    leftOut.push({ figures: [part.what], why: lacking })
    continue
  }
  try {
    const measured = await part.measure((line) => say(`  ${part.name}: ${line}`))
    figures.push(...measured.figures)
    leftOut.push(...measured.leftOut)
  } catch (error) {
    broke = true
    say(`  ${part.name} could not be measured: ${error instanceof Error ? error.message : String(error)}`)
  }
}

if (values.json) process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`)
else {
  const { model = 'unknown processor' } = cpus()[0] ?? {}
  const day = new Date().toISOString().slice(0, 10)
  process.stdout.write(`${day}, ${cpus().length} x ${model}, Node ${process.versions.node}\n\n${table(figures)}\n`)
}
if (leftOut.length > 0) say(leftOutLines(leftOut))
process.exit(broke ? 2 : figures.every(({ holds }) => holds) ? 0 : 1)
