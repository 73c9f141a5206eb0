import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { bareEnvironment } from '#lib/config/environment.ts'
import type { BalancerCommand, BalancerReport } from './balancer-commands.ts'

/** The balancer's process, as the dashboard holds it. */
export type BalancerProcess = {
  pid: number | null
  /** Sends a command and waits for the report that answers it; throws when the process ends or does not answer within 5 s. */
  tell(command: BalancerCommand, isAnswer: (report: BalancerReport) => boolean): Promise<BalancerReport>
  /** Resolves with the cause, in words, when the process is gone. */
  ended: Promise<string>
  close(): Promise<void>
}

const ENTRY = fileURLToPath(new URL('balancer-child.ts', import.meta.url))
const ANSWER_DEADLINE_MS = 5_000
const CLOSE_DEADLINE_MS = 1_000

/** `entry`: the process to start; a test brings others. A process that does not say in time that it started is killed. */
export async function startBalancerProcess(
  heard: (report: BalancerReport) => void,
  entry = ENTRY,
): Promise<BalancerProcess> {
  const child: ChildProcess = spawn(process.execPath, [entry], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: bareEnvironment(),
  })
  const ended = Promise.withResolvers<string>()
  const waiting = new Set<(report: BalancerReport) => void>()
  child.once('exit', (code, signal) => ended.resolve(signal ? `ended by ${signal}` : `ended with exit code ${code}`))
  child.once('error', (error) => ended.resolve(error.message))
  child.on('message', (report: BalancerReport) => {
    for (const wait of waiting) wait(report)
    heard(report)
  })

  async function answerTo(isAnswer: (report: BalancerReport) => boolean): Promise<BalancerReport> {
    const answer = Promise.withResolvers<BalancerReport>()
    const wait = (report: BalancerReport): void => {
      if (isAnswer(report)) answer.resolve(report)
    }
    const late = setTimeout(() => answer.reject(new Error('it did not answer in time')), ANSWER_DEADLINE_MS)
    waiting.add(wait)
    try {
      return await Promise.race([answer.promise, ended.promise.then((cause) => Promise.reject(new Error(cause)))])
    } finally {
      clearTimeout(late)
      waiting.delete(wait)
    }
  }

  try {
    await answerTo((report) => report.event === 'started')
  } catch (error) {
    child.kill('SIGKILL')
    throw error
  }
  return {
    pid: child.pid ?? null,
    tell(command, isAnswer) {
      if (child.connected) child.send(command, () => {})
      return answerTo(isAnswer)
    },
    ended: ended.promise,
    async close() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const late = setTimeout(() => child.kill('SIGKILL'), CLOSE_DEADLINE_MS)
      const exited = once(child, 'exit')
      if (child.connected) child.disconnect()
      await exited
      clearTimeout(late)
    },
  }
}
