import type { UpstreamServer } from '#lib/front-door/front-door.ts'
import type { Backend, BackendKey, BackendStatus } from '#lib/protocol/model.ts'
import type { BackendHost, HostedBackend } from './backend-host.ts'
import type { ClusterNote } from './cluster.ts'
import { notesBetween } from './host-notes.ts'
import { chooseLeavers, type Member, upstreamServers } from './membership.ts'

/** Who there is, by the host, and what was decided about each: wanted or leaving, listed or not. */
export class Roster {
  readonly #host: BackendHost
  readonly #members = new Map<BackendKey, Member>()
  #seen = new Map<BackendKey, HostedBackend>()

  constructor(host: BackendHost) {
    this.#host = host
  }

  get size(): number {
    return this.#host.backends().length
  }

  /** Those that are not on their way out. */
  staying(): HostedBackend[] {
    return this.#host.backends().filter(({ backend }) => this.#isWanted(backend, 'up'))
  }

  /** How the front door's list should be. */
  servers(followDeaths: boolean): UpstreamServer[] {
    return upstreamServers(this.#host.backends(), this.#members, followDeaths)
  }

  isListed(backend: BackendKey): boolean {
    return this.#members.get(backend)?.listed ?? false
  }

  listed(): number {
    return [...this.#members.values()].filter((member) => member.listed).length
  }

  view(ejectedUntil: (backend: BackendKey) => string | null): Backend[] {
    return this.#host.backends().map((hosted) => {
      const { backend, number, address } = hosted
      const member = this.#members.get(backend)
      return {
        ...{ backend, number, address },
        wanted: member?.wanted ?? 'up',
        status: statusOf(hosted, member),
        listed: this.isListed(backend),
        weight: 1,
        ejectedUntil: ejectedUntil(backend),
      }
    })
  }

  /** Takes in what the host shows now; with `mayJoin` those that became ready are listed. Returns what happened meanwhile. */
  look(mayJoin: boolean): ClusterNote[] {
    const now = new Map(this.#host.backends().map((hosted) => [hosted.backend, hosted]))
    const notes = notesBetween(this.#seen, now, (backend) => !this.#isWanted(backend, 'up'))
    for (const backend of this.#members.keys()) if (!now.has(backend)) this.#members.delete(backend)
    for (const { backend, state } of now.values()) {
      const member = this.#members.get(backend) ?? { wanted: 'up', listed: false }
      const joins = mayJoin && state === 'up' && member.wanted === 'up'
      this.#members.set(backend, { ...member, listed: member.listed || joins })
    }
    this.#seen = now
    return notes
  }

  /** Those that are leaving and have not been told to stop yet come back, up to this number. */
  takeBack(replicas: number): void {
    const leaving = this.#host.backends().filter(({ backend }) => this.#isWanted(backend, 'draining'))
    const room = Math.max(0, replicas - this.staying().length)
    for (const { backend } of leaving.slice(0, room)) this.#members.set(backend, { wanted: 'up', listed: true })
  }

  leavers(count: number): HostedBackend[] {
    return chooseLeavers(this.#host.backends(), this.#members, count)
  }

  unlist(leavers: readonly HostedBackend[], wanted: 'draining' | 'down'): void {
    for (const { backend } of leavers) this.#members.set(backend, { wanted, listed: false })
  }

  #isWanted(backend: BackendKey, wanted: Member['wanted']): boolean {
    return (this.#members.get(backend)?.wanted ?? 'up') === wanted
  }
}

function statusOf({ state }: HostedBackend, member: Member | undefined): BackendStatus {
  if (state !== 'up') return state
  if (member && member.wanted !== 'up') return 'draining'
  return member?.listed ? 'up' : 'starting'
}
