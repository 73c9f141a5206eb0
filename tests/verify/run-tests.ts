import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runCommand } from '../run-command.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const LIMIT_MS = 600_000

type Report = { testResults: { name: string; assertionResults: Omit<Case, 'file'>[] }[] }

/** One test of a run: its file and how it ended. */
export type Case = { file: string; fullName: string; title: string; status: string }

/** Runs the tests at this place and gives what became of each. Throws with their output when there is no report. */
export async function runTests(place: string, settings: Record<string, string> = {}): Promise<Case[]> {
  const folder = mkdtempSync(join(tmpdir(), 'verify-'))
  const report = join(folder, 'report.json')
  const vitest = [join(ROOT, 'node_modules/vitest/vitest.mjs'), 'run', '--config', 'tests/vitest.config.ts']
  const args = [...vitest, '--maxWorkers=1', '--reporter=json', `--outputFile=${report}`, place]
  const env = { ...process.env, ...settings }
  const { output } = await runCommand(process.execPath, args, { cwd: ROOT, limitMs: LIMIT_MS, env })
  try {
    const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as Report
    return testResults.flatMap(({ name, assertionResults }) => assertionResults.map((one) => ({ ...one, file: name })))
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : error}: ${output.slice(-2_000)}`)
  } finally {
    rmSync(folder, { recursive: true })
  }
}
