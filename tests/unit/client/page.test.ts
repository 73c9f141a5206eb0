import { describe, expect, it } from 'vitest'
import type { Handshake } from '#lib/protocol/events.ts'
import { PROTOCOL_VERSION } from '#lib/protocol/limits.ts'
import { ProblemError } from '#lib/protocol/problem.ts'
import { frameTakenSchema } from '#lib/protocol/schemas.ts'
import { burstOf, frameOf, inTurn } from './recorded.ts'
import { browse, type ServerSocket, serve, until, welcome } from './scripted-server.ts'

describe('the connection', () => {
  it('introduces itself and is live once welcomed', async () => {
    const heard: Handshake[] = []
    const { url } = await serve((socket, auth) => {
      heard.push(auth)
      socket.emit('welcomed', welcome())
    })
    const page = browse(url)
    expect(page.store.getState().link.state).toBe('connecting')
    await until(() => expect(page.store.getState().link.state).toBe('live'))
    expect(heard).toEqual([{ token: 'the-token', protocol: PROTOCOL_VERSION }])
  })

  it('takes frames in, says how far, and goes on from there after a cut', async () => {
    const samples = inTurn(40)
    const burst = burstOf([])
    const heard: (Handshake['resume'] | undefined)[] = []
    const taken: number[] = []
    const { url } = await serve((socket, auth) => {
      heard.push(auth.resume)
      socket.on('frame:taken', (command) => {
        frameTakenSchema.parse(command)
        taken.push(command.nextSeq)
      })
      socket.emit('welcomed', welcome({ burst, resumed: auth.resume !== undefined }))
      const from = auth.resume?.nextSeq ?? 0
      socket.emit('burst:frame', frameOf(samples, from, from + 10))
      socket.emit('burst:frame', frameOf(samples, from + 10, from + 20))
      if (from === 0) socket.once('frame:taken', () => setTimeout(() => socket.conn.close(), 30))
    })
    const page = browse(url)
    await until(() => expect(page.log.nextSeq).toBe(40))
    expect(heard).toEqual([undefined, { boot: 'first-boot', burst: 1, nextSeq: 20 }])
    await until(() => expect(taken).toEqual([10, 30]))
    await until(() => expect(page.store.getState().shown.live.totals.answered).toBe(40))
    expect(page.store.getState().shown.resynced).toBeNull()
  })

  it('is lost while the server is away, with the time since when, and comes back', async () => {
    let sockets: ServerSocket[] = []
    const { url } = await serve((socket) => {
      sockets.push(socket)
      socket.emit('welcomed', welcome())
    })
    const page = browse(url)
    const seen: string[] = []
    page.store.subscribe(() => seen.push(page.store.getState().link.state))
    await until(() => expect(page.store.getState().link.state).toBe('live'))
    const [first] = sockets
    sockets = []
    first?.conn.close()
    await until(() => expect(sockets).toHaveLength(1))
    await until(() => expect(page.store.getState().link.state).toBe('live'))
    expect(seen).toContain('lost')
  })

  it('says in the server’s words why it was refused', async () => {
    const { url } = await serve(
      () => {},
      () => {
        const error = new ProblemError('too-many', '50 browsers are here already.')
        return Object.assign(new Error(error.message), { data: error.problem })
      },
    )
    const page = browse(url)
    await until(() =>
      expect(page.store.getState().link).toMatchObject({ state: 'refused', detail: '50 browsers are here already.' }),
    )
  })

  it.each(['no-token', 'outdated'])('reloads once for %s, then says that it was refused', async (code) => {
    const { url } = await serve(
      () => {},
      () => new Error(code),
    )
    const page = browse(url)
    await until(() => expect(page.reloads()).toBe(1))
    expect(page.store.getState().link.state).toBe('connecting')
    page.again()
    await until(() => expect(page.store.getState().link.state).toBe(code === 'outdated' ? 'outdated' : 'refused'))
    expect(page.store.getState().link.detail).toMatch(/[Rr]eload/)
    expect(page.reloads()).toBe(1)
  })

  it('says that the server asks for another token when its upgrade is refused, and goes on once it is let in', async () => {
    const { url, server } = await serve((socket) => socket.emit('welcomed', welcome()))
    let isRefused = false
    server.engine.opts.allowRequest = (_request, next) => next(isRefused ? 'no token' : null, !isRefused)
    const page = browse(url, { asksForToken: async () => isRefused })
    const state = () => page.store.getState().link.state
    await until(() => expect(state()).toBe('live'))
    isRefused = true
    for (const socket of server.sockets.sockets.values()) socket.conn.close()
    await until(() => expect(state()).toBe('locked'))
    isRefused = false
    await until(() => expect(state()).toBe('live'))
    expect(page.reloads()).toBe(0)
  })

  it('reloads once when the server is of another version', async () => {
    const versions = ['0.1.0', '0.2.0', '0.2.0']
    const { url } = await serve((socket) => {
      socket.emit('welcomed', welcome({ version: versions.shift() ?? '' }))
      setTimeout(() => socket.conn.close(), 20)
    })
    const page = browse(url)
    await until(() => expect(versions).toHaveLength(0))
    expect(page.reloads()).toBe(1)
  })

  it('gives up on a server of another protocol after one reload', async () => {
    const { url } = await serve((socket) => {
      socket.emit('welcomed', welcome({ protocol: 99 }))
      setTimeout(() => socket.conn.close(), 20)
    })
    const page = browse(url)
    await until(() => expect(page.store.getState().link.state).toBe('outdated'))
    expect(page.reloads()).toBe(1)
  })

  it('answers a command with the server’s ack, and at once where there is no connection', async () => {
    const { url } = await serve((socket) => {
      socket.on('burst:start', (request, answer) =>
        answer(
          request.requests === 0
            ? { ok: false, problem: new ProblemError('out-of-bounds', 'At least 1.').problem }
            : { ok: true, value: { id: 'b7' } },
        ),
      )
      socket.emit('welcomed', welcome())
    })
    const page = browse(url)
    await expect(page.commands.sendBurst({ requests: 1 })).resolves.toMatchObject({ ok: false })
    await until(() => expect(page.store.getState().link.state).toBe('live'))
    await expect(page.commands.sendBurst({ requests: 1 })).resolves.toEqual({ ok: true, value: { id: 'b7' } })
    await expect(page.commands.sendBurst({ requests: 0 })).resolves.toMatchObject({
      ok: false,
      problem: { code: 'out-of-bounds' },
    })
  })
})
