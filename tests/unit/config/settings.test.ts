import { describe, expect, it } from 'vitest'
import { readSettings, SettingsError } from '#lib/config/settings.ts'

describe('settings', () => {
  it('have the defaults of the contract', () => {
    expect(readSettings({}, [])).toMatchObject({
      PORT: 3000,
      HOST: '127.0.0.1',
      FRONT_DOOR_PORT: 8080,
      ROBINSCOPE_CLUSTER: 'auto',
      ROBINSCOPE_PROJECT: 'robinscope',
      ROBINSCOPE_REPLICAS: 2,
      LOG_LEVEL: 'info',
      loopbackOnly: true,
    })
  })

  it('make a token of their own at each start', () => {
    const [one, other] = [readSettings({}, []).token, readSettings({}, []).token]
    expect(one).not.toBe(other)
    expect(one.length).toBeGreaterThanOrEqual(32)
  })

  it('take flags over the environment', () => {
    const settings = readSettings({ PORT: '1', ROBINSCOPE_CLUSTER: 'docker' }, ['--port', '2', '--cluster', 'embedded'])
    expect(settings).toMatchObject({ PORT: 2, ROBINSCOPE_CLUSTER: 'embedded' })
  })

  it.each([
    [{ PORT: 'x' }, 'PORT=x'],
    [{ PORT: '70000' }, 'PORT=70000'],
    [{ ROBINSCOPE_CLUSTER: 'swarm' }, 'ROBINSCOPE_CLUSTER=swarm'],
    [{ ROBINSCOPE_PROJECT: '../x' }, 'ROBINSCOPE_PROJECT=../x'],
    [{ ROBINSCOPE_REPLICAS: '51' }, 'ROBINSCOPE_REPLICAS=51'],
    [{ DOCKER_HOST: 'file:///etc' }, 'DOCKER_HOST'],
  ])('%j is refused and named', (environment, name) => {
    expect(() => readSettings(environment as Record<string, string>, [])).toThrow(SettingsError)
    expect(() => readSettings(environment as Record<string, string>, [])).toThrow(name)
  })

  it.each(['unix:///s', 'npipe:////./pipe/x', 'tcp://h:1', 'https://h', 'ssh://me@h'])(
    'the engine may be at %s',
    (host) => {
      expect(readSettings({ DOCKER_HOST: host, DOCKER_TLS_VERIFY: '' }, []).DOCKER_HOST).toBe(host)
    },
  )

  it('an unknown flag is refused with those there are', () => {
    expect(() => readSettings({}, ['--prot', '1'])).toThrow('--port')
  })
})

describe('a bind beyond loopback', () => {
  const everywhere = { HOST: '0.0.0.0' }
  const token = 'sixteen-characters'

  it('is refused without allowed hosts and a token, with the way out', () => {
    for (const added of [{}, { ROBINSCOPE_TOKEN: token }, { ROBINSCOPE_ALLOWED_HOSTS: 'lab:3000' }]) {
      expect(() => readSettings({ ...everywhere, ...added }, [])).toThrow('ROBINSCOPE_ALLOWED_HOSTS')
    }
  })

  it('is allowed with both, or where Compose publishes it on loopback only', () => {
    expect(
      readSettings({ ...everywhere, ROBINSCOPE_TOKEN: token, ROBINSCOPE_ALLOWED_HOSTS: 'lab:3000' }, []),
    ).toMatchObject({
      ROBINSCOPE_ALLOWED_HOSTS: ['lab:3000'],
    })
    expect(readSettings({ ...everywhere, ROBINSCOPE_PUBLISHED: 'loopback' }, []).HOST).toBe('0.0.0.0')
  })
})
