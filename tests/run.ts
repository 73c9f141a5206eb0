import { engineAnswers } from './engine.ts'
import { endCommandsOnSignals } from './run-command.ts'
import { type Machine, type Step, type StepResult, steps } from './steps.ts'

// The one test command of the project: npm test, or npm test -- <step> for one step alone.
const write = (line: string): void => void process.stdout.write(`${line}\n`)
const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`
const DOCKER_TEST = /docker|compose|container/i
const needDocker = process.env.ROBINSCOPE_TESTS_NEED_DOCKER === '1'

endCommandsOnSignals()
const asked = process.argv.slice(2)
const all = steps()
const chosen = asked.length === 0 ? all : all.filter((step) => asked.includes(step.name))
const unknown = asked.filter((name) => !all.some((step) => step.name === name))
if (unknown.length > 0) {
  write(`There is no step "${unknown.join('", "')}". Steps: ${all.map((step) => step.name).join(', ')}.`)
  process.exit(2)
}

const engine = await engineAnswers()
const machine: Machine = { engine: engine.answers, say: (line) => write(`    ${line}`) }
write(`Node ${process.versions.node}; ${engine.words}`)

const total = { passed: 0, failed: 0, skipped: 0 }
if (needDocker && !engine.answers) {
  total.failed++
  write('FAILED engine: ROBINSCOPE_TESTS_NEED_DOCKER is 1 and no Docker engine answers')
}

function report(step: Step, result: StepResult, ms: number): void {
  const { counts } = result
  const mustRun = needDocker ? counts.skippedNames.filter((name) => DOCKER_TEST.test(name)) : []
  const leftOut = result.leftOut === undefined ? 0 : 1
  const failed = counts.failed + mustRun.length
  const skipped = counts.skippedNames.length - mustRun.length + leftOut
  total.passed += counts.passed
  total.failed += failed
  total.skipped += skipped
  if (failed > 0) write(`${result.output.trimEnd()}\n`)
  const tally = `${counts.passed} passed, ${failed} failed, ${skipped} skipped`
  write(`${failed > 0 ? 'FAILED' : leftOut > 0 ? 'left out' : 'ok'} ${step.name} (${seconds(ms)}): ${tally}`)
  if (result.leftOut !== undefined) write(`    left out: ${result.leftOut}`)
  for (const name of counts.skippedNames) write(`    skipped: ${name}`)
  for (const name of counts.failedNames) write(`    failed: ${name}`)
  for (const name of mustRun) write(`    failed: skipped although Docker is required: ${name}`)
}

const startedAt = performance.now()
for (const [index, step] of chosen.entries()) {
  write(`\n[${index + 1}/${chosen.length}] ${step.name}: ${step.what}`)
  const stepStartedAt = performance.now()
  const beat = setInterval(() => write(`    … ${seconds(performance.now() - stepStartedAt)}`), 20_000)
  const result = await step.run(machine)
  clearInterval(beat)
  report(step, result, performance.now() - stepStartedAt)
}
write(`\n${chosen.length} steps in ${seconds(performance.now() - startedAt)}`)
write(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`)
process.exit(total.failed > 0 ? 1 : 0)
