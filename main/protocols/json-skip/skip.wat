;; Walks over JSON in blocks of 64 bytes and tells where a value ends. It keeps its state between calls, so that a text of
;; any size passes through one small window. What may follow what is a table, made in automaton.ts.
;;
;; Memory, in bytes:
;;       0 to 255     the class of each byte
;;     256 to 1279    32 states of 32 classes: the next state in the low five bits, what to do in the high three
;;    4096 to 36863   the window
;;   65536 to 131071  the closing brackets of the containers that are open, the innermost last
;;
;; A block becomes masks of 64 bits, one for each byte, the first one lowest, as in "Parsing Gigabytes of JSON per Second"
;; (Langdale and Lemire, 2019): which quotes are not escaped, and from those what is within strings. Only what is outside
;; is looked at one by one. All of it is one function, since V8 inlines none.
(module
  (memory (export "memory") 2 2)
  (global $state (mut i32) (i32.const 0))
  (global $depth (mut i32) (i32.const 0))
  ;; 1 when the first byte of the next block is escaped
  (global $escaped (mut i64) (i64.const 0))
  ;; -1 within a string, 0 outside
  (global $inside (mut i64) (i64.const 0))
  ;; 1 when the last block ended with white space
  (global $blank (mut i64) (i64.const 0))

  ;; Begins with a new value.
  (func (export "begin")
    (global.set $state (i32.const 0))
    (global.set $depth (i32.const 0))
    (global.set $escaped (i64.const 0))
    (global.set $inside (i64.const 0))
    (global.set $blank (i64.const 0)))

  ;; The next byte is not escaped: for who leaves out a part of a string.
  (func (export "land")
    (global.set $escaped (i64.const 0)))

  ;; Walks on over the bytes from $at to $to, of which there is at least one; after them there may be anything up to the
  ;; end of the block. Answers where the value ends; 1 when it goes on with a string, 0 when it goes on with anything
  ;; else, and -1 when the text is malformed or nested too deeply.
  (func (export "walk") (param $at i32) (param $to i32) (result i32)
    (local $quote v128) (local $slash v128) (local $space v128) (local $low v128)
    (local $a v128) (local $b v128) (local $c v128) (local $d v128)
    (local $quotes i64) (local $slashes i64) (local $blanks i64) (local $text i64) (local $left i64) (local $mask i64)
    (local $escaped i64) (local $inside i64) (local $blank i64)
    (local $state i32) (local $depth i32) (local $place i32) (local $step i32)
    (local.set $state (global.get $state))
    (local.set $depth (global.get $depth))
    (local.set $escaped (global.get $escaped))
    (local.set $inside (global.get $inside))
    (local.set $blank (global.get $blank))
    (local.set $quote (i8x16.splat (i32.const 0x22)))
    (local.set $slash (i8x16.splat (i32.const 0x5c)))
    (local.set $space (v128.const i8x16 0x20 0 0 0 0 0 0 0 0 0x09 0x0a 0 0 0x0d 0 0))
    (local.set $low (i8x16.splat (i32.const 15)))
    (loop $blocks
      (local.set $a (v128.load (local.get $at)))
      (local.set $b (v128.load offset=16 (local.get $at)))
      (local.set $c (v128.load offset=32 (local.get $at)))
      (local.set $d (v128.load offset=48 (local.get $at)))
      (local.set $quotes
        (i64.or
          (i64.extend_i32_u
            (i32.or
              (i8x16.bitmask (i8x16.eq (local.get $a) (local.get $quote)))
              (i32.shl (i8x16.bitmask (i8x16.eq (local.get $b) (local.get $quote))) (i32.const 16))))
          (i64.shl
            (i64.extend_i32_u
              (i32.or
                (i8x16.bitmask (i8x16.eq (local.get $c) (local.get $quote)))
                (i32.shl (i8x16.bitmask (i8x16.eq (local.get $d) (local.get $quote))) (i32.const 16))))
            (i64.const 32))))
      (local.set $slashes
        (i64.or
          (i64.extend_i32_u
            (i32.or
              (i8x16.bitmask (i8x16.eq (local.get $a) (local.get $slash)))
              (i32.shl (i8x16.bitmask (i8x16.eq (local.get $b) (local.get $slash))) (i32.const 16))))
          (i64.shl
            (i64.extend_i32_u
              (i32.or
                (i8x16.bitmask (i8x16.eq (local.get $c) (local.get $slash)))
                (i32.shl (i8x16.bitmask (i8x16.eq (local.get $d) (local.get $slash))) (i32.const 16))))
            (i64.const 32))))

      ;; Of a run of backslashes every other one escapes what follows it. Subtraction carries through runs; the mask of
      ;; odd places tells on which ones it went on (simdjson, json_escape_scanner).
      (if (i64.ne (i64.or (local.get $slashes) (local.get $escaped)) (i64.const 0))
        (then
          (local.set $mask (i64.and (local.get $slashes) (i64.xor (local.get $escaped) (i64.const -1))))
          (local.set $mask
            (i64.xor
              (i64.const 0xaaaaaaaaaaaaaaaa)
              (i64.sub
                (i64.or (i64.shl (local.get $mask) (i64.const 1)) (i64.const 0xaaaaaaaaaaaaaaaa))
                (local.get $mask))))
          (local.set $quotes
            (i64.and
              (local.get $quotes)
              (i64.xor
                (i64.const -1)
                (i64.xor (local.get $mask) (i64.or (local.get $slashes) (local.get $escaped))))))
          (local.set $escaped (i64.shr_u (i64.and (local.get $mask) (local.get $slashes)) (i64.const 63)))))

      (if (i64.eqz (local.get $quotes))
        (then (local.set $left (i64.xor (local.get $inside) (i64.const -1))))
        (else
          ;; For each byte whether an odd number of quotes is at or before it.
          (local.set $text (local.get $quotes))
          (local.set $text (i64.xor (local.get $text) (i64.shl (local.get $text) (i64.const 1))))
          (local.set $text (i64.xor (local.get $text) (i64.shl (local.get $text) (i64.const 2))))
          (local.set $text (i64.xor (local.get $text) (i64.shl (local.get $text) (i64.const 4))))
          (local.set $text (i64.xor (local.get $text) (i64.shl (local.get $text) (i64.const 8))))
          (local.set $text (i64.xor (local.get $text) (i64.shl (local.get $text) (i64.const 16))))
          (local.set $text (i64.xor (local.get $text) (i64.shl (local.get $text) (i64.const 32))))
          (local.set $text (i64.xor (local.get $text) (local.get $inside)))
          (local.set $inside (i64.shr_s (local.get $text) (i64.const 63)))
          (local.set $left (i64.or (i64.xor (local.get $text) (i64.const -1)) (local.get $quotes)))))

      (if (i64.eqz (local.get $left))
        (then (local.set $blank (i64.const 0)))
        (else
          ;; White space: each byte is looked up by its low half in a table of the only one it may be.
          (local.set $a
            (i8x16.eq (local.get $a) (i8x16.swizzle (local.get $space) (v128.and (local.get $a) (local.get $low)))))
          (local.set $b
            (i8x16.eq (local.get $b) (i8x16.swizzle (local.get $space) (v128.and (local.get $b) (local.get $low)))))
          (local.set $c
            (i8x16.eq (local.get $c) (i8x16.swizzle (local.get $space) (v128.and (local.get $c) (local.get $low)))))
          (local.set $d
            (i8x16.eq (local.get $d) (i8x16.swizzle (local.get $space) (v128.and (local.get $d) (local.get $low)))))
          (local.set $blanks
            (i64.and
              (local.get $left)
              (i64.or
                (i64.extend_i32_u
                  (i32.or
                    (i8x16.bitmask (local.get $a))
                    (i32.shl (i8x16.bitmask (local.get $b)) (i32.const 16))))
                (i64.shl
                  (i64.extend_i32_u
                    (i32.or
                      (i8x16.bitmask (local.get $c))
                      (i32.shl (i8x16.bitmask (local.get $d)) (i32.const 16))))
                  (i64.const 32)))))
          ;; Only the first of a run is looked at.
          (local.set $left
            (i64.xor
              (local.get $left)
              (i64.and
                (local.get $blanks)
                (i64.or (i64.shl (local.get $blanks) (i64.const 1)) (local.get $blank)))))
          (local.set $blank (i64.shr_u (local.get $blanks) (i64.const 63)))

          (block $seen
            (loop $bytes
              (br_if $seen (i64.eqz (local.get $left)))
              (local.set $place (i32.add (local.get $at) (i32.wrap_i64 (i64.ctz (local.get $left)))))
              (local.set $left (i64.and (local.get $left) (i64.sub (local.get $left) (i64.const 1))))
              (local.set $step
                (i32.load8_u offset=256
                  (i32.or
                    (i32.shl (local.get $state) (i32.const 5))
                    (i32.load8_u (i32.load8_u (local.get $place))))))
              (local.set $state (i32.and (local.get $step) (i32.const 31)))
              (br_if $bytes (i32.lt_u (local.get $step) (i32.const 32)))
              (block $failed
                (block $comma
                  (block $end
                    (block $close
                      (block $open
                        (br_table $failed $open $close $end $comma $failed
                          (i32.shr_u (local.get $step) (i32.const 5))))
                      (br_if $failed (i32.eq (local.get $depth) (i32.const 65536)))
                      (i32.store8 offset=65536
                        (local.get $depth)
                        (i32.add (i32.load8_u (local.get $place)) (i32.const 2)))
                      (local.set $depth (i32.add (local.get $depth) (i32.const 1)))
                      (br $bytes))
                    (br_if $failed (i32.eqz (local.get $depth)))
                    (local.set $depth (i32.sub (local.get $depth) (i32.const 1)))
                    (br_if $failed
                      (i32.ne (i32.load8_u offset=65536 (local.get $depth)) (i32.load8_u (local.get $place)))))
                  (br_if $bytes (local.get $depth))
                  (return (i32.add (local.get $place) (i32.const 1))))
                ;; A member needs a name (state 1), an element does not (state 0).
                (br_if $failed (i32.eqz (local.get $depth)))
                (local.set $state
                  (i32.eq (i32.load8_u offset=65535 (local.get $depth)) (i32.const 0x7d)))
                (br $bytes))
              (return (i32.const -1))))))

      (local.set $at (i32.add (local.get $at) (i32.const 64)))
      (br_if $blocks (i32.lt_u (local.get $at) (local.get $to))))
    (global.set $state (local.get $state))
    (global.set $depth (local.get $depth))
    (global.set $escaped (local.get $escaped))
    (global.set $inside (local.get $inside))
    (global.set $blank (local.get $blank))
    (i32.wrap_i64 (i64.and (local.get $inside) (i64.const 1)))))
