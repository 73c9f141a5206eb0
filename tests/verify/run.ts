import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { endCommandsOnSignals } from '../run-command.ts'
import { commitFacts, type MachineFacts, machineFacts } from './machine.ts'
import { notMeasured, type Part, type Row } from './rows.ts'

// npm run verify: the figures of every issue at full size; npm run verify -- <part> for one of them.
type Measured = { title: string; date: string; commit: string; changed: boolean; machine: MachineFacts; rows: Row[] }

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const FIGURES = `${ROOT}docs/figures.json`
const write = (line: string): void => void process.stdout.write(`${line}\n`)

endCommandsOnSignals()
const names = globSync('tests/verify/parts/*.ts', { cwd: ROOT })
  .map((path) => basename(path, '.ts'))
  .sort()
const asked = process.argv.slice(2)
const unknown = asked.filter((name) => !names.includes(name))
if (unknown.length > 0) {
  write(`There is no part "${unknown.join('", "')}". Parts: ${names.join(', ')}.`)
  process.exit(2)
}

const machine = await machineFacts()
const kept: Record<string, Measured> = existsSync(FIGURES) ? JSON.parse(readFileSync(FIGURES, 'utf8')) : {}
let missed = 0

for (const name of asked.length > 0 ? asked : names) {
  const { part } = (await import(`./parts/${name}.ts`)) as { part: Part }
  write(`\n${name}: ${part.title}`)
  const startedAt = performance.now()
  const say = (line: string): void => write(`    ${line}`)
  const rows = await part
    .measure(say)
    .catch((error: unknown) => [notMeasured(part.title, error instanceof Error ? error.message : String(error))])
  for (const row of rows) {
    const note = row.note === undefined ? '' : ` (${row.note})`
    write(`  ${row.holds ? 'holds ' : 'MISSED'}  ${row.figure}: ${row.value}, bar ${row.bar}${note}`)
  }
  write(`  ${((performance.now() - startedAt) / 1000).toFixed(0)} s`)
  missed += rows.filter((row) => !row.holds).length
  kept[name] = { title: part.title, date: new Date().toISOString(), ...(await commitFacts(ROOT)), machine, rows }
  writeFileSync(FIGURES, `${JSON.stringify(kept, null, 2)}\n`)
}
write(missed === 0 ? '\nEvery figure holds.' : `\n${missed} figures do not hold.`)
process.exit(missed === 0 ? 0 : 1)
