#!/usr/bin/env node
require('./load-program.js')('gaffer_lookupd');
