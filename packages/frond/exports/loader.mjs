import "@frond/network/loader";
