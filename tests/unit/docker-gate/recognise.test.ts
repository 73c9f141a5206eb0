import { describe, expect, it } from 'vitest'
import { recognise } from '#lib/docker-gate/recognise.ts'
import { DOCKER_API, LISTED, NEEDED } from './docker-api.ts'

const ID = 'a'.repeat(64)
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'CONNECT', 'get', 'Post', '']
const filled = (call: string): string =>
  `${call.split(' ')[1] ?? ''}${NEEDED[call] ?? ''}`
    .replace('{id}', ID)
    .replace('{image}', `sha256:${ID}`)
    .replace('{name}', 'some-name')
const passes = (method: string, url: string): boolean => !('refused' in recognise(method, url))

describe("the Docker API's whole list of paths, by every method", () => {
  const paths = [...new Set(DOCKER_API.map((call) => call.split(' ')[1] ?? ''))]
  const calls = paths.flatMap((path) => METHODS.map((method) => `${method} ${path}`))

  it('passes the listed calls and nothing else', () => {
    expect(new Set(calls.filter((call) => passes(call.split(' ')[0] ?? '', filled(call))))).toEqual(LISTED)
  })

  it.each(['v1.24', 'v1.41', 'v1.44', 'v1.47', 'v1.99'])('passes the same under /%s', (version) => {
    for (const call of calls)
      expect(passes(call.split(' ')[0] ?? '', `/${version}${filled(call)}`), call).toBe(LISTED.has(call))
  })

  it.each(['v1', 'v2.41', 'v1.4', 'v1.410', 'V1.41', 'v1.41/v1.41'])('passes nothing under /%s', (version) => {
    for (const call of DOCKER_API)
      expect(passes(call.split(' ')[0] ?? '', `/${version}${filled(call)}`), call).toBe(false)
  })
})

describe('a target that two readers could take differently is refused', () => {
  it.each([
    '/containers/../images/json',
    `/containers/${ID}/../../images/json`,
    '/containers//json',
    '//containers/json',
    '/containers/json/',
    '/./containers/json',
    '/containers%2Fjson',
    '/containers/%6Ason',
    '/containers/json#x',
    '/containers/json\\x',
    'http://docker/containers/json',
    '*',
    '',
    'containers/json',
    '/containers/json ',
    '/_ping/../containers/json',
    `/containers/json?all=1&all=0`,
    `/containers/json?all=1&${'x'.repeat(10_000)}`,
  ])('%s', (url) => expect(passes('GET', url)).toBe(false))
})

describe('an id that is not one is refused', () => {
  it.each([
    '../images/json',
    'x/../../volumes/prune',
    'abc?force=1&v=1',
    'abc%2fexec',
    'a\nb',
    'a'.repeat(10_000),
    'A'.repeat(64),
    'a'.repeat(63),
    'a'.repeat(65),
    'robinscope-backend-1',
    '',
  ])('%j', (id) => {
    expect(passes('POST', `/containers/${id}/start`)).toBe(false)
    expect(passes('DELETE', `/containers/${id}`)).toBe(false)
    expect(passes('GET', `/containers/${id}/json`)).toBe(false)
    expect(passes('POST', `/exec/${id}/start`)).toBe(false)
  })
})

describe('a query is checked key by key', () => {
  it.each([
    ['POST', `/containers/${ID}/kill?signal=HUP`],
    ['POST', `/containers/${ID}/kill?signal=SIGHUP`],
    ['POST', `/containers/${ID}/stop?t=12`],
    ['DELETE', `/containers/${ID}?force=true&v=true`],
    ['GET', `/containers/${ID}/logs?stdout=true&stderr=1&follow=true&since=1700000000.5&tail=all`],
    ['PUT', `/containers/${ID}/archive?path=%2Fvar%2Flib%2Ffront-door`],
  ])('%s %s passes', (method, url) => expect(passes(method, url)).toBe(true))

  it.each([
    ['POST', `/containers/${ID}/kill?signal=SIGKILL%3B%20rm%20-rf%20/`],
    ['POST', `/containers/${ID}/kill?signal=0`],
    ['POST', `/containers/${ID}/kill?signal=SIGSTOP`],
    ['POST', `/containers/${ID}/kill?signal=-9`],
    ['POST', `/containers/${ID}/kill?signal=HUP%0A`],
    ['POST', `/containers/${ID}/kill`],
    ['POST', `/containers/${ID}/kill?signal=TERM`],
    ['POST', `/containers/${ID}/kill?signal=`],
    ['PUT', `/containers/${ID}/archive`],
    ['GET', `/containers/json?limit=1`],
    ['GET', `/containers/json?size=1`],
    ['POST', `/containers/${ID}/stop?t=-1`],
    ['POST', `/containers/${ID}/stop?signal=KILL`],
    ['DELETE', `/containers/${ID}?link=true`],
    ['GET', `/containers/${ID}/top?ps_args=aux`],
    ['GET', `/containers/${ID}/json?size=1`],
    ['PUT', `/containers/${ID}/archive?path=/`],
    ['PUT', `/containers/${ID}/archive?path=/var/lib/front-door/../../etc`],
    ['PUT', `/containers/${ID}/archive?path=/var/lib/front-door&copyUIDGID=1`],
    ['GET', `/containers/${ID}/archive?path=/var/lib/front-door/lease`],
    ['HEAD', `/containers/${ID}/archive?path=/var/lib/front-door/lease`],
    ['POST', '/containers/create?name=x&platform=linux'],
    ['POST', '/containers/create?name=../x'],
    ['GET', '/_ping?toString=1'],
    ['GET', '/containers/json?__proto__=1'],
    ['GET', '/containers/json?constructor=1'],
  ])('%s %s is refused', (method, url) => expect(passes(method, url)).toBe(false))
})
