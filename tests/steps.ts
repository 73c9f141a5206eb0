import { existsSync, globSync, mkdirSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { findOrInstallBrowser, SHELL_FIRST } from './browser.ts'
import { type Counts, counted, readPlaywrightReport, readVitestReport } from './reports.ts'
import { type CommandResult, runCommand } from './run-command.ts'

export const ROOT = fileURLToPath(new URL('..', import.meta.url))
export const OUTPUT = `${ROOT}tests/.output/`

/** What the steps know of the machine, and how they tell what they do to it. */
export type Machine = { engine: boolean; say: (line: string) => void }
/** `output` is shown whole when something failed; `leftOut` is the reason why a whole step did not run. */
export type StepResult = { counts: Counts; output: string; leftOut?: string }
export type Step = { name: string; what: string; run: (machine: Machine) => Promise<StepResult> }

const MINUTE_MS = 60_000
const tool = (path: string): string => `${ROOT}node_modules/${path}`
/** Hundreds of processes that load the same modules: as in the images, they are compiled once. */
const COMPILED = { NODE_COMPILE_CACHE: `${OUTPUT}compile-cache` }
const node = (args: string[], limitMs: number, env: Record<string, string> = {}): Promise<CommandResult> =>
  runCommand(process.execPath, args, { cwd: ROOT, env: { ...process.env, ...COMPILED, ...env }, limitMs })

const verdictOf = (name: string, result: CommandResult): StepResult => {
  const why = result.timedOut ? `${name} did not end in time` : `${name} ended with ${result.code}`
  return { counts: result.code === 0 ? counted(1) : counted(0, [why]), output: result.output }
}

/** Counts by the tool's own report; a tool that fails beyond what its report says counts as one failure more. */
const withReport = (name: string, result: CommandResult, path: string, read: (path: string) => Counts): StepResult => {
  const counts = existsSync(path) ? read(path) : counted(0)
  if (result.code !== 0 && counts.failed === 0) {
    const why = result.timedOut ? 'did not end in time' : `ended with ${result.code} although no test failed`
    counts.failedNames.push(`${name} ${why}`)
    counts.failed = 1
  }
  return { counts, output: result.output }
}

const single = (name: string, what: string, commands: string[][], limitMs: number): Step => ({
  name,
  what,
  run: async () => {
    let output = ''
    for (const command of commands) {
      const result = await node(command, limitMs)
      output += result.output
      if (result.code !== 0) return { ...verdictOf(name, result), output }
    }
    return { counts: counted(1), output }
  },
})

const filesOf = (places: string[]): string[] => places.flatMap((place) => globSync(place, { cwd: ROOT }))

const vitest = (name: string, what: string, places: string[], limitMs: number, flags: string[] = []): Step => ({
  name,
  what,
  run: async () => {
    const files = filesOf(places)
    const report = `${OUTPUT}${name}.json`
    rmSync(report, { force: true })
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
    const args = ['run', '--config', 'tests/vitest.config.ts', ...reporters, ...flags, ...files]
    return withReport(name, await node([tool('vitest/vitest.mjs'), ...args], limitMs), report, readVitestReport)
  },
})

const playwright = (name: string, what: string, project: string, limitMs: number, needsEngine: boolean): Step => ({
  name,
  what,
  run: async ({ engine, say }) => {
    if (needsEngine && !engine) return { counts: counted(0), output: '', leftOut: 'no Docker engine answers' }
    const browser = await findOrInstallBrowser(say, SHELL_FIRST)
    if (browser.path === null) return { counts: counted(0), output: '', leftOut: browser.reason }
    say(`browser: ${browser.path}, ${browser.how}`)
    const report = `${OUTPUT}${name}.json`
    rmSync(report, { force: true })
    const env = { CHROMIUM: browser.path, PLAYWRIGHT_JSON_OUTPUT_FILE: report }
    const args = ['test', '--config', 'tests/playwright.config.ts', '--project', project, '--reporter=list,json']
    const result = await node([tool('@playwright/test/cli.js'), ...args], limitMs, env)
    return withReport(name, result, report, readPlaywrightReport)
  },
})

/**
 * All that `npm test` does: the steps of a group side by side, the groups in this order. What computes comes first; clusters, sockets and
 * containers are mostly waited for, so those tests keep each other company. The limits only end what hangs.
 */
export const steps = (): Step[][] => {
  mkdirSync(OUTPUT, { recursive: true })
  const lint = single(
    'lint',
    'Biome over all files; Knip for what nothing uses, tests apart',
    [
      [tool('@biomejs/biome/bin/biome'), 'check', '.'],
      [tool('knip/bin/knip.js')],
      [tool('knip/bin/knip.js'), '--production'],
    ],
    MINUTE_MS,
  )
  const types = single(
    'types',
    'next typegen, then tsc',
    [
      [tool('next/dist/bin/next'), 'typegen'],
      [tool('typescript/bin/tsc'), '--noEmit'],
    ],
    2 * MINUTE_MS,
  )
  const build = single('build', 'the page, for production', [['lib/server/build.ts']], 4 * MINUTE_MS)
  const { unit, contract, integration, attack } = {
    unit: vitest(
      'unit',
      'pure parts and the architecture',
      ['tests/unit/**/*.test.ts', 'tests/*.test.ts'],
      3 * MINUTE_MS,
    ),
    contract: vitest('contract', 'every way to have a cluster', ['tests/contract/**/*.test.ts'], 10 * MINUTE_MS, [
      '--maxWorkers=2',
    ]),
    integration: vitest(
      'integration',
      'real sockets and processes',
      ['tests/integration/**/*.test.ts'],
      15 * MINUTE_MS,
    ),
    attack: vitest('attack', 'what must be refused', ['tests/attack/**/*.test.ts'], 8 * MINUTE_MS),
  }
  return [
    [lint],
    [types],
    [build],
    [unit],
    [contract, integration],
    [attack],
    // Not side by side: Chromium gives up what it loads whenever a network of the machine comes or goes, and containers bring theirs.
    [playwright('e2e', 'the page in Chromium, embedded cluster', 'embedded', 10 * MINUTE_MS, false)],
    [playwright('e2e-docker', 'the page in Chromium, Docker cluster', 'docker', 10 * MINUTE_MS, true)],
  ]
}
