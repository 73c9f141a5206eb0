/** Why nginx refuses a configuration: `[emerg]` alone says that. `[crit]` and `[alert]` are of the running nginx (ngx_log.c, err_levels). */
const REFUSALS = /\[emerg\]/

export const isRefusal = (line: string): boolean => REFUSALS.test(line)

/** What nginx complains of, without time and process numbers: `[emerg] … in …/candidate.conf:12`. All that was said where no line is a refusal. */
export function complaintOf(said: string): string {
  const lines = said.split('\n').filter((line) => line.trim() !== '')
  const refusals = lines.filter(isRefusal)
  return (refusals.length > 0 ? refusals : lines)
    .map((line) => line.replace(/^.*?(\[(?:emerg|alert|crit)\])\s*(?:\d+#\d+:\s*)?/, '$1 '))
    .slice(-3)
    .join('; ')
    .slice(0, 1000)
}
