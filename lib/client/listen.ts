import type { Welcome } from '#lib/protocol/events.ts'
import { PROTOCOL_VERSION, TAKEN_INTERVAL_MS } from '#lib/protocol/limits.ts'
import type { Burst } from '#lib/protocol/model.ts'
import type { Intake } from './intake.ts'
import type { PageEvent } from './page-reducer.ts'
import type { LinkState, PageState } from './page-state.ts'
import { refusalOf } from './refusals.ts'
import type { ReloadOnce } from './reload-once.ts'
import type { PageSocket } from './socket.ts'
import { throttle } from './throttle.ts'

/** socket.io itself does not come back after the server closed a connection. */
const COME_BACK_AFTER_MS = 2_000

export type ListenParts = {
  socket: PageSocket
  dispatch: (event: PageEvent) => void
  intake: Intake
  reload: ReloadOnce
  getState: () => PageState
  now: () => number
}

/** Hears every fact, takes in frames, says how far it took them, and knows how the link stands. Returns the way to stop. */
export function listen({ socket, dispatch, intake, reload, getState, now }: ListenParts): () => void {
  let comeBack: ReturnType<typeof setTimeout> | undefined
  const taken = throttle(TAKEN_INTERVAL_MS, () => {
    if (socket.connected && intake.resume) socket.emit('frame:taken', intake.resume)
  })
  const link = (state: LinkState, detail: string | null) =>
    dispatch({ kind: 'link-changed', link: { state, since: now(), detail } })
  const lose = () => {
    // Every further try that fails says the same: `since` is when it was lost.
    if (getState().link.state !== 'lost') link('lost', null)
  }
  const giveUp = (detail: string) => {
    socket.disconnect()
    link('outdated', detail)
  }

  const welcome = (welcome: Welcome) => {
    const { version } = getState()
    const isOther = welcome.protocol !== PROTOCOL_VERSION || (version !== null && version !== welcome.version)
    if (isOther && reload.forReason(`version ${welcome.version}, protocol ${welcome.protocol}`)) return
    if (welcome.protocol !== PROTOCOL_VERSION)
      return giveUp(`This page speaks protocol ${PROTOCOL_VERSION}, the server ${welcome.protocol}.`)
    if (!isOther) reload.settle()
    intake.hear(welcome.burst)
    dispatch({ kind: 'welcomed', welcome, at: now() })
  }
  const hearBurst = (kind: 'burst-started' | 'burst-measured' | 'burst-finished') => (burst: Burst) => {
    dispatch(kind === 'burst-started' ? { kind, burst, at: now() } : { kind, burst })
    intake.hear(burst)
  }
  const takeFrame = (bytes: ArrayBuffer | Uint8Array) => {
    try {
      intake.frame(bytes)
    } catch (error) {
      return giveUp(error instanceof Error ? error.message : 'A frame could not be read.')
    }
    taken.call()
  }
  const refuse = (error: Error) => {
    if (socket.active) return lose()
    const { code, detail } = refusalOf(error)
    // A server that was started anew has a new token, and maybe a new page: the page that it serves knows both.
    if ((code === 'no-token' || code === 'outdated') && reload.forReason(code)) return
    link(code === 'outdated' ? 'outdated' : 'refused', detail)
  }
  const end = (reason: string) => {
    if (reason === 'io client disconnect') return
    lose()
    if (reason === 'io server disconnect') comeBack = setTimeout(() => socket.connect(), COME_BACK_AFTER_MS)
  }

  socket.on('welcomed', welcome)
  socket.on('cluster:changed', (snapshot) => dispatch({ kind: 'cluster-changed', snapshot }))
  socket.on('burst:started', hearBurst('burst-started'))
  socket.on('burst:frame', takeFrame)
  socket.on('burst:measured', hearBurst('burst-measured'))
  socket.on('burst:finished', hearBurst('burst-finished'))
  socket.on('action:happened', (action) => dispatch({ kind: 'action-happened', action, at: now() }))
  socket.on('disconnect', end)
  socket.on('connect_error', refuse)
  return () => {
    clearTimeout(comeBack)
    taken.stop()
    socket.off()
  }
}
