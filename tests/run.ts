import { engineAnswers } from './engine.ts'
import { endCommandsOnSignals } from './run-command.ts'
import { type Machine, type Step, steps } from './steps.ts'
import { tallyOf } from './tally.ts'

// The one test command of the project: npm test, or npm test -- <step> for one step alone.
const write = (line: string): void => void process.stdout.write(`${line}\n`)
const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`
const needDocker = process.env.ROBINSCOPE_TESTS_NEED_DOCKER === '1'

endCommandsOnSignals()
const asked = process.argv.slice(2)
const groups = steps()
const names = groups.flat().map((step) => step.name)
const unknown = asked.filter((name) => !names.includes(name))
if (unknown.length > 0) {
  write(`There is no step "${unknown.join('", "')}". Steps: ${names.join(', ')}.`)
  process.exit(2)
}
const isChosen = (step: Step): boolean => asked.length === 0 || asked.includes(step.name)
const chosen = groups.map((group) => group.filter(isChosen)).filter((group) => group.length > 0)

const engine = await engineAnswers()
const machine: Machine = { engine: engine.answers, say: (line) => write(`    ${line}`) }
write(`Node ${process.versions.node}; ${engine.words}`)

const total = { passed: 0, failed: 0, skipped: 0 }
if (needDocker && !engine.answers) {
  total.failed++
  write('FAILED engine: ROBINSCOPE_TESTS_NEED_DOCKER is 1 and no Docker engine answers')
}

const startedAt = performance.now()
const underWay = new Set<string>()

async function run(step: Step): Promise<void> {
  write(`\n${step.name}: ${step.what}`)
  underWay.add(step.name)
  const stepStartedAt = performance.now()
  const result = await step.run(machine)
  underWay.delete(step.name)
  const { passed, failed, skipped, lines } = tallyOf(result, needDocker)
  total.passed += passed
  total.failed += failed
  total.skipped += skipped
  if (failed > 0) write(`${result.output.trimEnd()}\n`)
  const word = failed > 0 ? 'FAILED' : result.leftOut === undefined ? 'ok' : 'left out'
  const took = seconds(performance.now() - stepStartedAt)
  write(`${word} ${step.name} (${took}): ${passed} passed, ${failed} failed, ${skipped} skipped`)
  for (const line of lines) write(`    ${line}`)
}

const beat = setInterval(() => {
  write(`    … ${seconds(performance.now() - startedAt)}: ${[...underWay].join(', ')}`)
}, 20_000)
for (const group of chosen) await Promise.all(group.map(run))
clearInterval(beat)
write(`\n${chosen.flat().length} steps in ${seconds(performance.now() - startedAt)}`)
write(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`)
process.exit(total.failed > 0 ? 1 : 0)
