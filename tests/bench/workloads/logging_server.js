// A plain Node server that writes one JSON line for each request to stdout, as the service does.
const http = require('http');

http
  .createServer((request, response) => {
    const begun = process.hrtime.bigint();
    response.setHeader('Content-Type', 'text/plain; charset=utf-8');
    response.end('hello\n');
    const ms = Number(process.hrtime.bigint() - begun) / 1e6;
    console.log(
      JSON.stringify({
        timestamp: new Date().toISOString(),
        service: 'node',
        event_type: 'http_request',
        level: 'INFO',
        data: { method: request.method, path: request.url, status: 200, duration_ms: ms },
      })
    );
  })
  .listen(Number(process.env.PORT), '127.0.0.1');
