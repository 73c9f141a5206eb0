import { createHash } from 'node:crypto'
import { runCommand } from './run-command.ts'

/** What an engine holds that is none of ours: a line for each container, network and volume, and the digest of them all. */
export type Census = { digest: string; lines: string[] }

type Labelled = Record<string, string> | null
type Container = {
  Id: string
  Name: string
  Created: string
  Image: string
  Path: string
  Args: string[]
  RestartCount: number
  State: { Status: string; StartedAt: string; FinishedAt: string; ExitCode: number }
  Config: { Labels: Labelled }
  HostConfig: unknown
  Mounts: unknown
  NetworkSettings: { Networks: Record<string, { NetworkID: string; IPAddress: string; Aliases: string[] | null }> }
}
type Network = {
  Id: string
  Name: string
  Created: string
  Driver: string
  IPAM: unknown
  Options: unknown
  Labels: Labelled
}
type Volume = {
  Name: string
  CreatedAt: string
  Driver: string
  Mountpoint: string
  Options: unknown
  Labels: Labelled
}

const PROJECT = 'com.docker.compose.project'
const LIMIT_MS = 60_000

async function docker(...args: string[]): Promise<string> {
  const result = await runCommand('docker', args, { limitMs: LIMIT_MS })
  // One that went between listing and inspecting is named on stderr, which is part of the output.
  if (result.code !== 0) throw new Error(`docker ${args.join(' ')}: ${result.output}`)
  return result.output
}

async function all<Thing>(list: string[], inspect: string[]): Promise<Thing[]> {
  const ids = (await docker(...list)).split('\n').filter(Boolean)
  return ids.length === 0 ? [] : (JSON.parse(await docker(...inspect, ...ids)) as Thing[])
}

/** `isOurs`: Compose projects to leave out, by name. What changes by itself (health, endpoint ids) is left out, too. */
export async function takeCensus(isOurs: (project: string) => boolean): Promise<Census> {
  const others = (labels: Labelled): boolean => !isOurs(labels?.[PROJECT] ?? '')
  const containers = await all<Container>(['ps', '-aq', '--no-trunc'], ['inspect'])
  const networks = await all<Network>(['network', 'ls', '-q', '--no-trunc'], ['network', 'inspect'])
  const volumes = await all<Volume>(['volume', 'ls', '-q'], ['volume', 'inspect'])
  const lines = [
    ...containers.filter(({ Config }) => others(Config.Labels)).map(containerLine),
    ...networks
      .filter(({ Labels }) => others(Labels))
      .map(({ Id, Name, Created, Driver, IPAM, Options, Labels }) =>
        JSON.stringify(['network', Name, Id, Created, Driver, IPAM, Options, Labels]),
      ),
    ...volumes
      .filter(({ Labels }) => others(Labels))
      .map(({ Name, CreatedAt, Driver, Mountpoint, Options, Labels }) =>
        JSON.stringify(['volume', Name, CreatedAt, Driver, Mountpoint, Options, Labels]),
      ),
  ].sort()
  return { digest: createHash('sha256').update(lines.join('\n')).digest('hex'), lines }
}

function containerLine(container: Container): string {
  const { Id, Name, Created, Image, Path, Args, RestartCount, Config, HostConfig, Mounts } = container
  const { Status, StartedAt, FinishedAt, ExitCode } = container.State
  const networks = Object.entries(container.NetworkSettings.Networks).map(
    ([name, { NetworkID, IPAddress, Aliases }]) => [...[name, NetworkID, IPAddress, Aliases]],
  )
  return JSON.stringify([
    ...['container', Name, Id, Created, Image, Path, Args, RestartCount, Config, HostConfig, Mounts],
    ...[Status, StartedAt, FinishedAt, ExitCode, networks],
  ])
}

/** What is in one and not in the other, by its first words. */
export function differences(before: Census, after: Census): string[] {
  const only = (one: Census, other: Census, sign: string) =>
    one.lines.filter((line) => !other.lines.includes(line)).map((line) => `${sign} ${line.slice(0, 120)}`)
  return [...only(before, after, '-'), ...only(after, before, '+')]
}
