// Posts the response to the client at once.
document.forms[0].submit();
