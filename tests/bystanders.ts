import { randomBytes } from 'node:crypto'
import { runCommand } from './run-command.ts'

const IMAGE = 'node:24-slim'
const PROJECT = 'com.docker.compose.project'
const SERVICE = 'com.docker.compose.service'
const NUMBER = 'com.docker.compose.container-number'

/**
 * Containers, a network and a volume of others that look as much like ours as they can: a project whose name begins with ours, our
 * services' names, our labels but one. Whoever touches one of them has looked too little.
 */
export async function placeBystanders(ours: string): Promise<{ names: string[]; remove: () => Promise<void> }> {
  const tag = `bystander-${randomBytes(4).toString('hex')}`
  const docker = async (...args: string[]): Promise<void> => {
    const { code, output } = await runCommand('docker', args, { limitMs: 60_000 })
    if (code !== 0) throw new Error(`docker ${args.join(' ')}: ${output}`)
  }
  const names: string[] = []
  const place = async (verb: string[], name: string, labels: Record<string, string>): Promise<void> => {
    names.push(name)
    const flags = Object.entries(labels).flatMap(([label, value]) => ['--label', `${label}=${value}`])
    await docker(...verb, '--name', name, '--network', tag, ...flags, '-v', `${tag}:/kept`, IMAGE, 'sleep', '3600')
  }
  const remove = async (): Promise<void> => {
    for (const name of names) await runCommand('docker', ['rm', '-f', name], { limitMs: 60_000 })
    await runCommand('docker', ['network', 'rm', tag], { limitMs: 60_000 })
    await runCommand('docker', ['volume', 'rm', tag], { limitMs: 60_000 })
  }
  try {
    await docker('network', 'create', tag)
    await docker('volume', 'create', tag)
    const run = ['run', '-d']
    await place(run, `${tag}-plain`, {})
    await place(run, `${tag}-backend-1`, { [PROJECT]: `${ours}-2`, [SERVICE]: 'backend', [NUMBER]: '1' })
    await place(run, `${tag}-front-door-1`, { [PROJECT]: `x${ours}`, [SERVICE]: 'front-door', [NUMBER]: '1' })
    await place(run, `${tag}-no-project`, { [SERVICE]: 'backend', [NUMBER]: '2' })
    await place(['create'], `${tag}-stopped`, { [PROJECT]: tag, [SERVICE]: 'backend', [NUMBER]: '3' })
    return { names, remove }
  } catch (error) {
    await remove()
    throw error
  }
}
