/** What a front door in a container must let be done to it; lib/cluster/docker does it through the engine. */
export type FrontDoorContainer = {
  runs(): boolean
  /** Where this machine reaches it, if it is published. */
  published(): { host: string; port: number } | null
  /** `started`: it began a new life, on the list that it starts with. `changed`: it runs no more, or again. */
  subscribe(listener: { started: () => void; changed: () => void }): () => void
  /** Writes files into its configuration's folder. Throws ProblemError, as all below. */
  put(files: { name: 'lease' | 'candidate.conf' | 'nginx.conf'; text: string }[]): Promise<void>
  /** Null when nginx accepts candidate.conf, else all that it said. */
  refusal(): Promise<string | null>
  /** Makes it read nginx.conf. */
  hangUp(): Promise<void>
  processes(): Promise<{ pid: number; command: string }[]>
}
