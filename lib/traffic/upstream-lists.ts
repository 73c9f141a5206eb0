/** nginx joins attempts with a comma and groups of them, after an internal redirect, with " : ". */
const SEPARATORS = /\s*,\s*|\s+:\s+/
const MAX_ATTEMPTS = 64

export type ListedAttempt = { address: string; status: number; us: number | null }

const microseconds = (seconds: string | undefined): number | null => {
  const value = seconds === undefined || seconds === '' ? Number.NaN : Number(seconds)
  return Number.isFinite(value) && value >= 0 ? Math.round(value * 1e6) : null
}

/**
 * The attempts that the front door made for one request, from $upstream_addr, $upstream_status,
 * $upstream_response_time and $upstream_header_time (ngx_http_upstream_module). The time of one that failed is its
 * response time; of the last one, when it answered, its header time, since its response time is not known yet.
 */
export function readAttempts(
  addresses: string,
  statuses: string,
  responseTimes: string,
  headerTimes: string,
): ListedAttempt[] {
  if (addresses === '') return []
  const [status, response, header] = [statuses, responseTimes, headerTimes].map((list) => list.split(SEPARATORS))
  const listed = addresses.split(SEPARATORS)
  return listed.slice(0, MAX_ATTEMPTS).map((address, index) => {
    const code = Number(status?.[index])
    const headerUs = microseconds(header?.[index])
    const responseUs = microseconds(response?.[index])
    const answered = index === listed.length - 1 && headerUs !== null
    return {
      address,
      status: Number.isInteger(code) && code > 0 && code < 1000 ? code : 0,
      us: answered ? headerUs : (responseUs ?? headerUs),
    }
  })
}
