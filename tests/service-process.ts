import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { CommandChannel } from '#lib/cluster/command-channel.ts'
import { readyLineSchema, type ServiceAnswer, type ServiceCommand } from '#lib/protocol/service-lines.ts'

const ENTRY = new URL('../service/server.ts', import.meta.url).pathname

export type ServiceProcess = {
  child: ChildProcess
  port: number
  /** Everything that it said, in order. */
  lines: string[]
  command(command: ServiceCommand): Promise<ServiceAnswer>
  end(): Promise<void>
}

/** A backend as a real process, with nothing of the dashboard around it. */
export async function startServiceProcess(env: Record<string, string> = {}): Promise<ServiceProcess> {
  const child = spawn(process.execPath, [ENTRY], {
    env: { NODE_ENV: 'test', SERVICE_HOST: '127.0.0.1', SERVICE_PORT: '0', SERVICE_HOSTNAME: 'a1b2c3d4e5f6', ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const lines: string[] = []
  const channel = new CommandChannel(child.stdin)
  const reader = createInterface({ input: child.stdout })
  const ready = once(reader, 'line')
  reader.on('line', (line) => {
    lines.push(line)
    channel.take(line)
  })
  child.stdin.on('error', () => {})
  child.once('exit', () => channel.end('it has ended'))
  const [line] = await ready
  const { port } = readyLineSchema.parse(JSON.parse(line))
  return {
    ...{ child, port, lines },
    command: (command) => channel.send(command),
    async end() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const exited = once(child, 'exit')
      child.kill('SIGKILL')
      await exited
    },
  }
}
