# A Rack application that prints each request to stdout. /slow takes three seconds.
run lambda { |env|
  puts "request #{env['PATH_INFO']}"
  sleep 3 if env['PATH_INFO'] == '/slow'
  [200, { 'Content-Type' => 'text/plain' }, ["hello\n"]]
}
