/** What the bench uses of autocannon, which ships no types. */
declare module 'autocannon' {
  type Client = { on(event: 'body', listener: (body: Uint8Array) => void): void }
  type Options = { url: string; connections: number; duration: number; setupClient: (client: Client) => void }
  type Result = { requests: { total: number }; latency: { p50: number } }
  export default function autocannon(options: Options): Promise<Result>
}
