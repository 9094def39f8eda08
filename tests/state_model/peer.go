// One side of a connection to the program under test: says what it is told to, hears what comes.
package main

import (
	"bytes"
	"fmt"
	"io"
	"net"
)

const (
	changeCipherSpec = 20
	alert            = 21
	handshake        = 22
	applicationData  = 23
)

const (
	clientHello         = 1
	serverHello         = 2
	encryptedExtensions = 8
	certificate         = 11
	certificateRequest  = 13
	certificateVerify   = 15
	finished            = 20
	messageHash         = 254
)

// Most significant byte first.
func number(width, value int) []byte {
	bytes := make([]byte, width)
	for i := width - 1; i >= 0; i-- {
		bytes[i] = byte(value)
		value >>= 8
	}
	return bytes
}

func vector(width int, parts ...[]byte) []byte {
	body := join(parts...)
	return append(number(width, len(body)), body...)
}

func join(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

func message(messageType int, parts ...[]byte) []byte {
	return append([]byte{byte(messageType)}, vector(3, parts...)...)
}

func extension(extensionType int, parts ...[]byte) []byte {
	return append(number(2, extensionType), vector(2, parts...)...)
}

// An alert of the other side's.
type alertError byte

func (a alertError) Error() string { return fmt.Sprintf("alert %d", byte(a)) }

type peer struct {
	conn        net.Conn
	transcript  []byte
	read, write *protection // nil: plaintext
	pending     []byte      // handshake bytes that are no whole message yet
}

func (p *peer) record(contentType byte, content []byte) {
	record := append([]byte{contentType, 3, 3}, vector(2, content)...)
	if p.write != nil {
		record = p.write.seal(contentType, content)
	}
	_, err := p.conn.Write(record)
	check(err)
}

func (p *peer) say(messages ...[]byte) {
	for _, m := range messages {
		p.transcript = append(p.transcript, m...)
		p.record(handshake, m)
	}
}

// The next record that is not change_cipher_spec.
func (p *peer) hearRecord() (byte, []byte, error) {
	header := make([]byte, 5)
	if _, err := io.ReadFull(p.conn, header); err != nil {
		return 0, nil, err
	}
	body := make([]byte, int(header[3])<<8|int(header[4]))
	if _, err := io.ReadFull(p.conn, body); err != nil {
		return 0, nil, err
	}
	switch {
	case header[0] == changeCipherSpec:
		return p.hearRecord()
	case header[0] == applicationData && p.read != nil:
		return p.read.open(header, body)
	case p.read != nil && header[0] != alert:
		return 0, nil, fmt.Errorf("a record of type %d without protection", header[0])
	}
	return header[0], body, nil
}

// The next handshake message, which becomes part of the transcript. An alert is an error.
func (p *peer) hear(wanted int) ([]byte, error) {
	for {
		if size := wholeMessage(p.pending); size > 0 {
			m := p.pending[:size]
			p.pending = p.pending[size:]
			p.transcript = append(p.transcript, m...)
			if int(m[0]) != wanted {
				return nil, fmt.Errorf("message %d in place of %d", m[0], wanted)
			}
			return m[4:], nil
		}
		contentType, content, err := p.hearRecord()
		switch {
		case err != nil:
			return nil, err
		case contentType == alert && len(content) == 2:
			return nil, alertError(content[1])
		case contentType != handshake:
			return nil, fmt.Errorf("a record of type %d in a handshake", contentType)
		}
		p.pending = append(p.pending, content...)
	}
}

func wholeMessage(bytes []byte) int {
	if len(bytes) < 4 {
		return 0
	}
	size := 4 + (int(bytes[1])<<16 | int(bytes[2])<<8 | int(bytes[3]))
	if len(bytes) < size {
		return 0
	}
	return size
}

func (p *peer) hearFinished(secret []byte) error {
	wanted := verifyData(secret, p.transcript)
	data, err := p.hear(finished)
	if err == nil && !bytes.Equal(data, wanted) {
		err = fmt.Errorf("a wrong Finished")
	}
	return err
}

// The alert that the other side ends with: fatal, and the last thing that it says.
func (p *peer) hearAlert() (int, error) {
	for {
		contentType, content, err := p.hearRecord()
		if err != nil {
			return 0, err
		}
		if contentType != alert {
			continue
		}
		if len(content) != 2 || content[0] != 2 {
			return 0, fmt.Errorf("an alert of %v", content)
		}
		if _, _, err := p.hearRecord(); err != io.EOF {
			return 0, fmt.Errorf("no end after the alert: %v", err)
		}
		return int(content[1]), nil
	}
}

// Section 4.1: what stands in for the first ClientHello after a retry.
func (p *peer) forgetFirstHello() {
	p.transcript = message(messageHash, hashOf(p.transcript))
}
