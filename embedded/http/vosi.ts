// `/availability` and `/capabilities`, which anybody may read.

export function availability(client: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<vosi:availability xmlns:vosi="http://www.ivoa.net/xml/VOSIAvailability/v1.0">
  <vosi:available>true</vosi:available>
  <vosi:note>Skaha Service Available.

Enabled Experimental Features:
 ExperimentalFeatures{featureGates={}}</vosi:note>
  <!--<clientip>${client}</clientip>-->
</vosi:availability>
`;
}

/** As the real one, dead `/v0` included. `base` is the address up to and with `/skaha`. */
export function capabilities(base: string): string {
  const single = (
    standard: string,
    path: string,
    open: string,
  ) => `  <capability standardID="${standard}">
    <interface ${open}>
      <accessURL use="full">${base}${path}</accessURL>
    </interface>
  </capability>
`;
  const api = (standard: string, path: string) => {
    const url = `      <accessURL use="base">${base}${path}</accessURL>\n`;
    const open = '    <interface xsi:type="vs:ParamHTTP" role="std" version="1.0">\n';
    const token = '      <securityMethod standardID="ivo://ivoa.net/sso#token" />\n';
    const close = "    </interface>\n";
    const plain = open + url + close;
    return `  <capability standardID="${standard}">\n${plain}${plain}${open}${url}${token}${close}  </capability>\n`;
  };
  const std = 'xsi:type="vs:ParamHTTP" role="std"';
  return `<?xml version="1.0" encoding="UTF-8"?>
<vosi:capabilities xmlns:vosi="http://www.ivoa.net/xml/VOSICapabilities/v1.0" xmlns:vr="http://www.ivoa.net/xml/VOResource/v1.0" xmlns:vs="http://www.ivoa.net/xml/VODataService/v1.1" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
${single("ivo://ivoa.net/std/VOSI#capabilities", "/capabilities", std)}${single("ivo://ivoa.net/std/VOSI#availability", "/availability", std)}${single("vos://cadc.nrc.ca~vospace/CADC/std/Logging#control-1.0", "/logControl", `${std} version="1.0"`)}${api("vos://cadc.nrc.ca~vospace/CADC/std/Proc#sessions-1.0", "/v0")}${api("http://www.opencadc.org/std/platform#session-1", "/v1/session")}${api("http://www.opencadc.org/std/platform#context-1", "/v1/context")}${api("http://www.opencadc.org/std/platform#image-1", "/v1/image")}${api("http://www.opencadc.org/std/platform#repository-1", "/v1/repository")}</vosi:capabilities>
`;
}
