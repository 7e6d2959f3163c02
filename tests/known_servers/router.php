<?php
// Answers every path and logs it. /slow takes three seconds.
$path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
error_log('request ' . $path);
if ($path === '/slow') {
    sleep(3);
}
header('Content-Type: text/plain');
echo "hello\n";
