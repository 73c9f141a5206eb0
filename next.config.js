/** @type {import('next').NextConfig} */
export default {
  agentRules: false,
  poweredByHeader: false,
  productionBrowserSourceMaps: false,
  reactStrictMode: true,
  // The page travels over loopback: packing it costs both ends more time than it saves.
  compress: false,
  // Types are checked by `npm test`; a start need not wait for it.
  typescript: { ignoreBuildErrors: true },
  images: { unoptimized: true },
}
