/** What every front door of ours says on its answers, by header name and nginx variable. Commas list attempts. */
export const ATTEMPT_HEADERS = {
  'X-Upstream-Addr': '$upstream_addr',
  'X-Upstream-Status': '$upstream_status',
  'X-Upstream-Response-Time': '$upstream_response_time',
  'X-Upstream-Header-Time': '$upstream_header_time',
  'X-Upstream-Connect-Time': '$upstream_connect_time',
} as const

export const GENERATION_HEADER = 'X-Front-Door-Generation'

/** Answered by the front door itself, so that nothing but a client's request takes a turn. */
export const HEALTH_PATH = '/__front-door/health'
export const FAVICON_PATH = '/favicon.ico'
export const FAVICON_MAX_AGE_S = 86_400

/** The upstream group's name: what stands for an address when no live server was left. */
export const UPSTREAM_NAME = 'backend'

/** List owner and number, e.g. 4f2a91-17; `dns-0` is the list that the Compose cluster starts with. */
export const GENERATION_PATTERN = /^[a-z0-9]{1,16}-[0-9]{1,9}$/
