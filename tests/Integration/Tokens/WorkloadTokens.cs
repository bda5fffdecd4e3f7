using System.Text.Json.Nodes;
using Gatehouse.Tests.Integration.Issuers;

namespace Gatehouse.Tests.Integration.Tokens;

/// <summary>The token that each platform of docs/workloads.md gives to a workload, in the form of the platform's own documentation.</summary>
internal static class WorkloadTokens
{
    private const string Tenant = "8c9d1f4e-0c2b-4f63-9d0c-6d2f5b1a7e30";

    /// <summary>By the heading in the document: the <c>typ</c>, the seconds from <c>iat</c> to <c>exp</c>, and the other claims.</summary>
    public static IReadOnlyDictionary<string, (string? Type, int Lifetime, string Claims)> All { get; } = new Dictionary<string, (string? Type, int Lifetime, string Claims)>
    {
        ["GitHub Actions"] = (
            "JWT",
            300,
            """{"iss":"https://token.actions.githubusercontent.com","jti":"j","sub":"repo:your-org/your-repo:environment:production","aud":"https://api.example.com","actor":"ada","actor_id":"12","base_ref":"","environment":"production","event_name":"push","head_ref":"","job_workflow_ref":"your-org/your-repo/.github/workflows/import.yml@refs/heads/main","ref":"refs/heads/main","ref_protected":"true","ref_type":"branch","repository":"your-org/your-repo","repository_id":"123456789","repository_owner":"your-org","repository_owner_id":"987","repository_visibility":"private","run_attempt":"1","run_id":"1","runner_environment":"github-hosted","sha":"a","workflow":"Import"}"""),
        ["Kubernetes"] = (
            null,
            600,
            """{"aud":["https://api.example.com"],"iss":"https://oidc.eks.eu-central-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE","jti":"j","kubernetes.io":{"namespace":"shop","node":{"name":"n","uid":"1"},"pod":{"name":"importer-1","uid":"2"},"serviceaccount":{"name":"importer","uid":"3"}},"sub":"system:serviceaccount:shop:importer"}"""),
        ["Azure managed identity"] = (
            "JWT",
            86_700,
            $$"""{"aud":"f2a6c1d0-5b7e-4d39-8e12-7c4b9a0d6e55","iss":"https://login.microsoftonline.com/{{Tenant}}/v2.0","aio":"a","azp":"0b1c","azpacr":"2","idtyp":"app","oid":"d1a7c3e2-6b54-4f0e-9a31-58c0de7b4f12","rh":"r","sub":"d1a7c3e2-6b54-4f0e-9a31-58c0de7b4f12","tid":"{{Tenant}}","uti":"u","ver":"2.0"}"""),
        ["Google service account"] = (
            "JWT",
            3600,
            """{"iss":"https://accounts.google.com","aud":"https://api.example.com","azp":"112233445566778899001","email":"importer@your-project.iam.gserviceaccount.com","email_verified":true,"sub":"112233445566778899001"}"""),
    };

    /// <summary>A token of a platform that was given out at the time, good but for what is named.</summary>
    public static string Create(StandInIssuer issuer, string platform, DateTimeOffset now, Action<JsonObject>? change = null, Action<JsonObject>? changeHeader = null, IssuerKey? key = null, string algorithm = "RS256")
    {
        var (type, lifetime, shape) = All[platform];
        return issuer.CreateToken(
            claims =>
            {
                claims.Clear();
                foreach (var (name, value) in JsonNode.Parse(shape)!.AsObject())
                {
                    claims[name] = value?.DeepClone();
                }

                claims["iat"] = now.ToUnixTimeSeconds();
                claims["nbf"] = now.ToUnixTimeSeconds();
                claims["exp"] = now.ToUnixTimeSeconds() + lifetime;
                change?.Invoke(claims);
            },
            key,
            algorithm,
            header =>
            {
                header.Remove("typ");
                if (type is not null)
                {
                    header["typ"] = type;
                }

                changeHeader?.Invoke(header);
            });
    }
}
