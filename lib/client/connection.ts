import type { Handshake } from '#lib/protocol/events.ts'
import { PROTOCOL_VERSION } from '#lib/protocol/limits.ts'
import type { Commands } from './commands.ts'
import { Intake } from './intake.ts'
import { listen } from './listen.ts'
import { type PageEvent, reducePage } from './page-reducer.ts'
import type { PageState } from './page-state.ts'
import type { RateSeries } from './rate-series.ts'
import { createReloadOnce, type ReloadParts } from './reload-once.ts'
import type { SampleLog } from './sample-log.ts'
import { commandsOver, openSocket } from './socket.ts'
import type { Store } from './store.ts'

export type ConnectionParts = {
  store: Store<PageState>
  log: SampleLog
  rates: RateSeries
  readToken: () => string
  /** Asked when connecting, in the browser. */
  reloading: () => ReloadParts
  /** Another origin than the page's own: for tests. */
  url?: string | undefined
}

export type Connection = {
  commands: Commands
  /** Returns the way to disconnect; may be called again after that. */
  connect: () => () => void
}

/** Ties the socket to the store, the log and the charts' series. Opens nothing until `connect`. */
export function createConnection(parts: ConnectionParts): Connection {
  const { store, log, rates } = parts
  const dispatch = (event: PageEvent) => store.setState((state) => reducePage(state, event))
  const intake = new Intake({
    log,
    rates,
    dispatch,
    clock: {
      now: () => performance.now(),
      after: (ms, run) => setTimeout(run, ms),
      cancel: (handle) => clearTimeout(handle as ReturnType<typeof setTimeout>),
    },
  })
  const socket = openSocket((): Handshake => {
    const auth = { token: parts.readToken(), protocol: PROTOCOL_VERSION }
    return intake.resume ? { ...auth, resume: intake.resume } : auth
  }, parts.url)

  const connect = () => {
    const reload = createReloadOnce(parts.reloading())
    const stop = listen({ socket, dispatch, intake, reload, getState: store.getState, now: Date.now })
    socket.connect()
    return () => {
      stop()
      socket.disconnect()
      intake.close()
    }
  }
  return { commands: commandsOver(socket), connect }
}
