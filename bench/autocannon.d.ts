/** What the bench uses of autocannon, which ships no types. */
declare module 'autocannon' {
  type Options = { url: string; connections: number; duration: number }
  type Result = { requests: { total: number }; latency: { p50: number } }
  export default function autocannon(options: Options): Promise<Result>
}
