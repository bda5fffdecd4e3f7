namespace Gatehouse.Tests.Integration.Issuers;

/// <summary>
/// The access token of each provider of docs/issuers.md in the form of its own documentation, and an ID token that the provider
/// signs with the same keys.
/// </summary>
internal static class ProviderTokens
{
    private const string Tenant = "8c9d1f4e-0c2b-4f63-9d0c-6d2f5b1a7e30";
    private const string OtherTenant = "1b5c7a52-4f1e-4c8e-8a55-2d1f3e4b6c7d";
    private const string Api = "f2a6c1d0-5b7e-4d39-8e12-7c4b9a0d6e55";

    public static IReadOnlyDictionary<string, (string? Type, string AccessToken, string OtherToken)> All { get; } = new Dictionary<string, (string? Type, string AccessToken, string OtherToken)>
    {
        ["Auth0"] = (
            "at+jwt",
            """{"iss":"https://your-tenant.eu.auth0.com/","sub":"auth0|5f7c","aud":["https://api.example.com","https://your-tenant.eu.auth0.com/userinfo"],"client_id":"my-app","jti":"1","scope":"openid profile products:write","permissions":["products:read"]}""",
            """{"iss":"https://your-tenant.eu.auth0.com/","sub":"auth0|5f7c","aud":"my-app","nickname":"ada","nonce":"n"}"""),
        ["One tenant, version 2"] = (
            "JWT",
            $$"""{"iss":"https://login.microsoftonline.com/{{Tenant}}/v2.0","sub":"AAAA","aud":"{{Api}}","azp":"a-client","azpacr":"1","oid":"o","roles":["viewer"],"scp":"access","tid":"{{Tenant}}","uti":"u","ver":"2.0"}""",
            $$"""{"iss":"https://login.microsoftonline.com/{{Tenant}}/v2.0","sub":"AAAA","aud":"{{Api}}","oid":"o","roles":["viewer"],"tid":"{{Tenant}}","ver":"2.0"}"""),
        ["One tenant, version 1"] = (
            "JWT",
            $$"""{"iss":"https://sts.windows.net/{{Tenant}}/","sub":"AAAA","aud":"api://{{Api}}","appid":"a-client","appidacr":"1","roles":["editor"],"tid":"{{Tenant}}","uti":"u","ver":"1.0"}""",
            $$"""{"iss":"https://sts.windows.net/{{Tenant}}/","sub":"AAAA","aud":"a-client","roles":["editor"],"tid":"{{Tenant}}","ver":"1.0"}"""),
        ["Several tenants"] = (
            "JWT",
            $$"""{"iss":"https://login.microsoftonline.com/{{OtherTenant}}/v2.0","sub":"AAAA","aud":"{{Api}}","azp":"a-client","roles":["viewer"],"tid":"{{OtherTenant}}","ver":"2.0"}""",
            $$"""{"iss":"https://login.microsoftonline.com/{{OtherTenant}}/v2.0","sub":"AAAA","aud":"{{Api}}","roles":["viewer"],"tid":"{{OtherTenant}}","ver":"2.0"}"""),
        ["Applications alone"] = (
            "JWT",
            $$"""{"iss":"https://login.microsoftonline.com/{{Tenant}}/v2.0","sub":"o","aud":"{{Api}}","azp":"a-client","azpacr":"1","oid":"o","idtyp":"app","rh":"r","roles":["editor"],"tid":"{{Tenant}}","uti":"u","ver":"2.0"}""",
            $$"""{"iss":"https://login.microsoftonline.com/{{Tenant}}/v2.0","sub":"AAAA","aud":"a-client","oid":"o","nonce":"n","tid":"{{Tenant}}","ver":"2.0"}"""),
        ["External ID"] = (
            "JWT",
            $$"""{"iss":"https://{{Tenant}}.ciamlogin.com/{{Tenant}}/v2.0","sub":"AAAA","aud":"{{Api}}","azp":"a-client","azpacr":"0","oid":"o","roles":["viewer"],"scp":"access","tid":"{{Tenant}}","uti":"u","ver":"2.0"}""",
            $$"""{"iss":"https://{{Tenant}}.ciamlogin.com/{{Tenant}}/v2.0","sub":"AAAA","aud":"{{Api}}","nonce":"n","roles":["viewer"],"tid":"{{Tenant}}","ver":"2.0"}"""),
        ["Azure AD B2C"] = (
            "JWT",
            $$"""{"iss":"https://your-tenant.b2clogin.com/{{Tenant}}/v2.0/","sub":"s","aud":"{{Api}}","azp":"a-client","nonce":"638","scp":"products:read","tfp":"B2C_1_signin","auth_time":1777890000,"nbf":1777890000,"ver":"1.0"}""",
            $$"""{"iss":"https://your-tenant.b2clogin.com/{{Tenant}}/v2.0/","sub":"s","aud":"{{Api}}","nonce":"638","scp":"products:read","tfp":"B2C_1_signin","auth_time":1777890000,"ver":"1.0"}"""),
        ["Keycloak"] = (
            "JWT",
            """{"iss":"https://keycloak.example.com/realms/products","sub":"b1","aud":["https://api.example.com","account"],"typ":"Bearer","azp":"my-app","sid":"s","jti":"1","realm_access":{"roles":["offline_access","viewer"]},"resource_access":{"account":{"roles":["view-profile"]}},"scope":"openid profile"}""",
            """{"iss":"https://keycloak.example.com/realms/products","sub":"b1","aud":["my-app","https://api.example.com"],"typ":"ID","azp":"my-app","sid":"s","jti":"1","realm_access":{"roles":["viewer"]}}"""),
        ["Google"] = (
            "JWT",
            """{"iss":"https://accounts.google.com","sub":"112233445566778899001","aud":"https://api.example.com","azp":"112233445566778899001","email":"robot@project.iam.gserviceaccount.com","email_verified":true}""",
            """{"iss":"https://accounts.google.com","sub":"112233445566778899001","aud":"my-app.apps.googleusercontent.com","azp":"my-app.apps.googleusercontent.com","at_hash":"h"}"""),
        ["Okta"] = (
            null,
            """{"ver":1,"jti":"AT.1","iss":"https://your-org.okta.com/oauth2/default","aud":"api://default","cid":"0oa1","uid":"00u1","scp":["openid","products:read"],"auth_time":1777890000,"sub":"ada@example.com"}""",
            """{"ver":1,"jti":"ID.1","iss":"https://your-org.okta.com/oauth2/default","aud":"0oa1","sub":"00u1","amr":["pwd"],"idp":"00o1","nonce":"n","auth_time":1777890000,"at_hash":"h"}"""),
        ["PingOne"] = (
            null,
            $$"""{"client_id":"a-client","iss":"https://auth.pingone.eu/{{Tenant}}/as","jti":"1","aud":["https://api.example.com"],"scope":"products:read"}""",
            $$"""{"iss":"https://auth.pingone.eu/{{Tenant}}/as","sub":"u","aud":"a-client","sid":"s","acr":"Single_Factor","amr":["pwd"],"auth_time":1777890000,"env":"e","org":"o","at_hash":"h"}"""),
        ["Amazon Cognito"] = (
            null,
            """{"sub":"u","cognito:groups":["readers"],"iss":"https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbCdEfGhI","version":2,"client_id":"1example23456789","origin_jti":"o","event_id":"e","token_use":"access","scope":"openid products/read","auth_time":1777890000,"jti":"1","username":"ada"}""",
            """{"sub":"u","cognito:groups":["readers"],"iss":"https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbCdEfGhI","cognito:username":"ada","aud":"1example23456789","event_id":"e","token_use":"id","auth_time":1777890000,"jti":"1"}"""),
        ["AD FS"] = (
            "JWT",
            """{"aud":"microsoft:identityserver:https://api.example.com","iss":"http://adfs.example.com/adfs/services/trust","apptype":"Confidential","appid":"a-client","authmethod":"urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport","auth_time":"2026-05-04T11:58:00.000Z","ver":"1.0","scp":"openid","sub":"8Xw=","roles":"viewer"}""",
            """{"aud":"a-client","iss":"http://adfs.example.com/adfs/services/trust","auth_time":1777890000,"nonce":"n","sub":"8Xw=","upn":"ada@example.com","unique_name":"EXAMPLE\\ada","pwd_exp":"1","sid":"S-1-5"}"""),
        ["Duende IdentityServer"] = (
            "at+jwt",
            """{"iss":"https://identity.example.com","nbf":1777890000,"aud":"https://api.example.com","scope":["products:read"],"client_id":"a-client","jti":"1"}""",
            """{"iss":"https://identity.example.com","nbf":1777890000,"aud":"a-client","amr":["pwd"],"nonce":"n","at_hash":"h","sid":"s","sub":"1","auth_time":1777890000,"idp":"local"}"""),
        ["OpenIddict"] = (
            "at+jwt",
            """{"iss":"https://identity.example.com/","aud":"https://api.example.com","sub":"1","client_id":"a-client","oi_prst":"a-client","oi_au_id":"a","oi_tkn_id":"t","scope":"openid products:read","jti":"1"}""",
            """{"iss":"https://identity.example.com/","aud":"a-client","azp":"a-client","sub":"1","oi_au_id":"a","at_hash":"h","nonce":"n"}"""),
        ["Ory Hydra"] = (
            "JWT",
            """{"aud":["https://api.example.com"],"client_id":"a-client","ext":{"tier":{"name":"gold"}},"iss":"https://hydra.example.com","jti":"1","nbf":1777890000,"scp":["offline","products:read"],"sub":"ada"}""",
            """{"aud":["a-client"],"iss":"https://hydra.example.com","jti":"1","nonce":"n","rat":1777890000,"sid":"s","sub":"ada","auth_time":1777890000,"at_hash":"h"}"""),
        ["Clerk"] = (
            "JWT",
            """{"azp":"https://shop.example.com","fva":[7,-1],"iss":"https://clerk.example.com","nbf":1777890000,"sid":"sess_1","sts":"active","sub":"user_1","v":2,"aud":"https://api.example.com","roles":["viewer"]}""",
            """{"iss":"https://clerk.example.com","aud":"a-client","sub":"user_1","nonce":"n","at_hash":"h","email":"ada@example.com"}"""),
        // GitHub and Kubernetes issue no ID tokens; the second one is the default token, for another audience.
        ["GitHub Actions"] = (
            "JWT",
            """{"jti":"1","sub":"repo:your-org/your-repo:ref:refs/heads/main","aud":"https://api.example.com","ref":"refs/heads/main","sha":"f00d","repository":"your-org/your-repo","repository_owner":"your-org","run_id":"1","event_name":"push","ref_type":"branch","runner_environment":"github-hosted","iss":"https://token.actions.githubusercontent.com","nbf":1777890000}""",
            """{"jti":"1","sub":"repo:your-org/your-repo:ref:refs/heads/main","aud":"https://github.com/your-org","ref":"refs/heads/main","repository":"your-org/your-repo","iss":"https://token.actions.githubusercontent.com","nbf":1777890000}"""),
        ["Kubernetes"] = (
            null,
            """{"aud":["https://api.example.com"],"iss":"https://oidc.eks.eu-central-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE","jti":"1","kubernetes.io":{"namespace":"shop","node":{"name":"n","uid":"u"},"pod":{"name":"importer-1","uid":"u"},"serviceaccount":{"name":"importer","uid":"u"}},"nbf":1777890000,"sub":"system:serviceaccount:shop:importer"}""",
            """{"aud":["https://kubernetes.default.svc"],"iss":"https://oidc.eks.eu-central-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE","jti":"1","kubernetes.io":{"namespace":"shop","serviceaccount":{"name":"importer","uid":"u"}},"nbf":1777890000,"sub":"system:serviceaccount:shop:importer"}"""),
    };
}
