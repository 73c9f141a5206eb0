import { runCommand } from './run-command.ts'

/** Whether a Docker engine answers within 5 s, and what to print about it. Compose counts as part of it. */
export async function engineAnswers(): Promise<{ answers: boolean; words: string }> {
  const info = await runCommand('docker', ['info', '--format', '{{.ServerVersion}}'], { limitMs: 5_000 })
  if (info.code !== 0)
    return { answers: false, words: 'no Docker engine answers: the Docker tests are left out and named' }
  const compose = await runCommand('docker', ['compose', 'version', '--short'], { limitMs: 5_000 })
  if (compose.code !== 0)
    return {
      answers: false,
      words: 'a Docker engine answers, but there is no Compose: its tests are left out and named',
    }
  return { answers: true, words: `Docker engine ${info.output.trim()}, Compose ${compose.output.trim()}` }
}
