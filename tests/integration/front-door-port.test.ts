import { createServer, type Server } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { claimPort, PortBusyError } from '#lib/front-door/listen-port.ts'

let squatters: Server[] = []

/** Takes a port of this address; null where the machine has no such address. */
async function squat(host: string): Promise<number | null> {
  const server = createServer()
  const listening = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false))
    server.listen(0, host, () => resolve(true))
  })
  if (!listening) return null
  squatters.push(server)
  const address = server.address()
  return typeof address === 'object' && address ? address.port : null
}

afterEach(async () => {
  await Promise.all(squatters.map((server) => new Promise((resolve) => server.close(resolve))))
  squatters = []
})

test('any free port is found, and stays free', async () => {
  const port = await claimPort(0)
  expect(port).toBeGreaterThan(0)
  expect(await claimPort(port)).toBe(port)
})

test.each(['127.0.0.1', '::1'])('a port that somebody has on %s is taken: localhost may lead there', async (host) => {
  const port = await squat(host)
  if (port === null) return
  const refusal = claimPort(port)
  await expect(refusal).rejects.toBeInstanceOf(PortBusyError)
  await expect(refusal).rejects.toMatchObject({
    port,
    message: `Port ${port} is taken by another program. End that one, or choose another port: FRONT_DOOR_PORT=8081`,
  })
})

test('the way out is another port than the one that is taken', () => {
  expect(new PortBusyError(8081, 'EADDRINUSE').message).toContain('FRONT_DOOR_PORT=8082')
  expect(new PortBusyError(80, 'EACCES').message).toContain('above 1023')
})
