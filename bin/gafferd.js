#!/usr/bin/env node
const v8 = require('node:v8');

// A daemon lives long and keeps little. Left alone, V8 clears up so late that its memory grows by half; when the program
// is loaded, its nursery is as large as it has to be.
v8.setFlagsFromString('--heap-growing-percent=20');
require('./load-program.js')('gafferd');
v8.setFlagsFromString('--semi-space-growth-factor=1');
