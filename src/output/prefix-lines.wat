;; Copies whole lines and puts a prefix before each: the inner loop of the output path.
;; Sixteen bytes at a time: load, store, look for a newline. Stores may run up to 15 bytes past the
;; end of what they mean; the caller leaves room for that, and the next store overwrites it.
(module
  (memory (export "memory") 48)

  ;; Where copying stopped in the source.
  (global $next (export "next") (mut i32) (i32.const 0))

  ;; Copies the lines from $src up to $end (just behind a newline) to $dst, each behind the $size bytes at $prefix.
  ;; Stops early before a line that would start behind $limit. Answers the end of what was written.
  (func (export "copy")
    (param $src i32) (param $end i32) (param $dst i32) (param $limit i32) (param $prefix i32) (param $size i32)
    (result i32)
    (local $bytes v128) (local $found i32) (local $i i32) (local $newline v128)
    (local.set $newline (i8x16.splat (i32.const 10)))
    (block $done
      (loop $line
        (br_if $done (i32.ge_u (local.get $src) (local.get $end)))
        (br_if $done (i32.gt_u (local.get $dst) (local.get $limit)))
        ;; the prefix
        (local.set $i (i32.const 0))
        (block $prefixed
          (loop $more
            (br_if $prefixed (i32.ge_u (local.get $i) (local.get $size)))
            (v128.store
              (i32.add (local.get $dst) (local.get $i))
              (v128.load (i32.add (local.get $prefix) (local.get $i))))
            (local.set $i (i32.add (local.get $i) (i32.const 16)))
            (br $more)))
        (local.set $dst (i32.add (local.get $dst) (local.get $size)))
        ;; the line, up to and with its newline
        (loop $text
          (local.set $bytes (v128.load (local.get $src)))
          (v128.store (local.get $dst) (local.get $bytes))
          (local.set $found (i8x16.bitmask (i8x16.eq (local.get $bytes) (local.get $newline))))
          (if (i32.eqz (local.get $found))
            (then
              (local.set $src (i32.add (local.get $src) (i32.const 16)))
              (local.set $dst (i32.add (local.get $dst) (i32.const 16)))
              (br $text)))
          (local.set $found (i32.add (i32.ctz (local.get $found)) (i32.const 1)))
          (local.set $src (i32.add (local.get $src) (local.get $found)))
          (local.set $dst (i32.add (local.get $dst) (local.get $found))))
        (br $line)))
    (global.set $next (local.get $src))
    (local.get $dst)))
