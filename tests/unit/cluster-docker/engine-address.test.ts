import { describe, expect, test, vi } from 'vitest'
import { dockerClient } from '#lib/cluster/docker/engine/docker-client.ts'
import { addressWords, engineAddress, engineHost } from '#lib/cluster/docker/engine/engine-address.ts'

describe('DOCKER_HOST', () => {
  test.each([
    ['unix:///run/user/1000/docker.sock', '/run/user/1000/docker.sock', null],
    ['npipe:////./pipe/docker_engine', '//./pipe/docker_engine', null],
    ['tcp://127.0.0.1:2375', '127.0.0.1:2375', '127.0.0.1'],
    ['tcp://engine.test', 'engine.test:2375', 'engine.test'],
    ['http://127.0.0.1:80', '127.0.0.1:80', '127.0.0.1'],
    ['https://engine.test', 'engine.test:2376', 'engine.test'],
    ['tcp://engine.test:2376', 'engine.test:2376', 'engine.test'],
    ['ssh://me@engine.test', 'engine.test:22', 'engine.test'],
  ])('%s is %s, and its published ports are at %s', (dockerHost, words, host) => {
    const address = engineAddress({ dockerHost })
    expect(addressWords(address)).toBe(words)
    expect(engineHost(address)).toBe(host)
  })

  test('speaks TLS where it says so, where its port does, and where DOCKER_TLS_VERIFY does', () => {
    const plain = engineAddress({ dockerHost: 'tcp://engine.test' })
    expect(plain).toMatchObject({ protocol: 'http' })
    for (const access of [
      { dockerHost: 'https://engine.test' },
      { dockerHost: 'tcp://engine.test:2376' },
      { dockerHost: 'tcp://engine.test:4000', tls: true },
    ]) {
      expect(engineAddress(access)).toMatchObject({ protocol: 'https' })
    }
    expect(() => engineAddress({ dockerHost: 'https://engine.test', certPath: '/nowhere' })).toThrow(
      'DOCKER_CERT_PATH is "/nowhere", where ca.pem cannot be read (ENOENT)',
    )
  })

  test('takes the user of ssh:// and the agent, whose socket is an argument', () => {
    expect(engineAddress({ dockerHost: 'ssh://me@engine.test:2222', sshAgent: '/run/agent' })).toEqual({
      ...{ protocol: 'ssh', host: 'engine.test', port: 2222, username: 'me' },
      sshOptions: { agent: '/run/agent' },
    })
  })

  test('is the default socket when it is not set', () => {
    expect(addressWords(engineAddress())).toMatch(/docker(\.sock|_engine)$/)
  })

  test.each(['ftp://somewhere', 'somewhere:2375', 'tcp://', 'ssh://:22'])(
    '%s is an error that names the forms',
    (dockerHost) => {
      expect(() => engineAddress({ dockerHost })).toThrow('unix:///path, npipe:////./pipe/name, tcp://host:port')
    },
  )

  test.each(['ftp://me:hunter2@engine.test', 'tcp://me:hunter2@', 'me:hunter2@engine.test:2375', 'tcp://hunter2:x:y'])(
    '%s is refused without being repeated',
    (dockerHost) => {
      expect(() => engineAddress({ dockerHost })).toThrow(/^(?!.*hunter2)DOCKER_HOST is none of/)
    },
  )

  test('is never taken from the environment behind the back of what was set', () => {
    vi.stubEnv('DOCKER_HOST', 'ssh://other@engine.test:2222')
    const { modem } = dockerClient(engineAddress({ dockerHost: 'tcp://127.0.0.1:1' })) as unknown as {
      modem: Record<string, unknown>
    }
    vi.unstubAllEnvs()
    expect(modem).toMatchObject({ host: '127.0.0.1', port: 1, protocol: 'http', username: undefined })
  })
})
