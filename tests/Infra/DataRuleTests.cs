namespace Gatehouse.Tests.Infra;

public sealed class DataRuleTests
{
    [Theory]
    [InlineData("hostStorage", "Microsoft.Storage/storageAccounts")]
    [InlineData("storage", "Microsoft.Storage/storageAccounts")]
    [InlineData("backup", "Microsoft.Storage/storageAccounts")]
    [InlineData("vault", "Microsoft.KeyVault/vaults")]
    public async Task Isolation_DisablesPublicAccess(string module, string type)
    {
        var template = await Template.GetAsync();
        var resource = Assert.Single(template.OfType(type), resource => resource.Module == module);
        Assert.Equal("[if(parameters('isPublic'), 'Enabled', 'Disabled')]", resource["publicNetworkAccess"]?.ToString());
        Assert.Equal("[if(parameters('isPublic'), 'Allow', 'Deny')]", resource["networkAcls/defaultAction"]?.ToString());
        Assert.Equal("None", resource["networkAcls/bypass"]?.ToString());
        Assert.Equal("[not(parameters('networkIsolation'))]", template.Module(resource.Module)["properties"]!["parameters"]!["isPublic"]!["value"]!.ToString());
    }

    [Fact]
    public async Task App_MayWriteTablesAndBlobs_OfTheAccountWithItsData()
    {
        // Blobs hold the revocation feed. Table Data Contributor; Blob Data Owner or Contributor.
        var module = (await Template.GetAsync()).ModuleTemplate("storage").ToJsonString();

        Assert.Contains("0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3", module, StringComparison.Ordinal);
        Assert.Matches("b7e6dc6d-f1e8-4753-8033-0f276bb0955b|ba92f5b4-2d11-453d-a403-e96b0029c9fe", module);
    }

    [Fact]
    public async Task Isolation_HasAnEndpointAndADnsZone_ForEachService()
    {
        var template = await Template.GetAsync();
        Assert.Equal("[parameters('networkIsolation')]", template.Module("network")["condition"]!.ToString());
        var services = template.ModuleTemplate("network")["variables"]!["ownServices"]!.AsArray();
        Assert.Equal(
            [
                ("blob", "[resourceId('Microsoft.Storage/storageAccounts', parameters('hostStorageName'))]", "[format('privatelink.blob.{0}', environment().suffixes.storage)]"),
                ("data-blob", "[resourceId('Microsoft.Storage/storageAccounts', parameters('storageName'))]", "[format('privatelink.blob.{0}', environment().suffixes.storage)]"),
                ("table", "[resourceId('Microsoft.Storage/storageAccounts', parameters('storageName'))]", "[format('privatelink.table.{0}', environment().suffixes.storage)]"),
                ("vault", "[resourceId('Microsoft.KeyVault/vaults', parameters('vaultName'))]", "[format('privatelink{0}', replace(environment().suffixes.keyvaultDns, '.vault.', '.vaultcore.'))]"),
            ],
            services.Select(static service => (service!["name"]!.ToString(), service["target"]!.ToString(), service["zone"]!.ToString())));
        foreach (var type in (string[])["privateEndpoints", "privateEndpoints/privateDnsZoneGroups", "privateDnsZones", "privateDnsZones/virtualNetworkLinks"])
        {
            template.Single($"Microsoft.Network/{type}");
        }
    }

    [Fact]
    public async Task Isolation_ConnectsTheAppToTheNetwork()
    {
        var template = await Template.GetAsync();
        var subnet = template.Single("Microsoft.Network/virtualNetworks")["subnets"]![0]!["properties"]!;
        Assert.Equal("Microsoft.App/environments", subnet["delegations"]![0]!["properties"]!["serviceName"]!.ToString());
        Assert.Contains("resourceId('Microsoft.Network/virtualNetworks/subnets', parameters('networkName'), 'app')", template.Single("Microsoft.Web/sites")["virtualNetworkSubnetId"]!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Isolation_HasPrivateSubnets_AndAnExplicitWayOut()
    {
        var template = await Template.GetAsync();
        var subnets = template.Single("Microsoft.Network/virtualNetworks")["subnets"]!.AsArray();
        Assert.All(subnets, static subnet => Assert.False(subnet!["properties"]!["defaultOutboundAccess"]!.GetValue<bool>()));
        Assert.StartsWith("[if(parameters('natGateway'), createObject('id', resourceId('Microsoft.Network/natGateways'", subnets[0]!["properties"]!["natGateway"]!.ToString(), StringComparison.Ordinal);
        Assert.All((string[])["natGateways", "publicIPAddresses"], type => Assert.Equal("[parameters('natGateway')]", template.Single($"Microsoft.Network/{type}").Json["condition"]!.ToString()));
    }

    [Fact]
    public async Task Audit_HasAWorkspaceOfItsOwn_WithoutADailyLimit()
    {
        var workspaces = (await Template.GetAsync()).OfType("Microsoft.OperationalInsights/workspaces").ToDictionary(static workspace => workspace.Module);
        Assert.Equal("[parameters('dailyLimitGB')]", workspaces["monitoring"]["workspaceCapping/dailyQuotaGb"]!.ToString());
        Assert.Equal("-1", workspaces["audit"]["workspaceCapping/dailyQuotaGb"]!.ToString());
        Assert.Equal("[parameters('retentionDays')]", workspaces["audit"]["retentionInDays"]!.ToString());
    }

    [Fact]
    public async Task Backups_AreImmutable_Removed_Locked_AndWrittenByAnIdentityOfTheirOwn()
    {
        var template = await Template.GetAsync();
        var account = Assert.Single(template.OfType("Microsoft.Storage/storageAccounts"), static account => account.Module == "backup");
        Assert.Equal("[parameters('retentionDays')]", account["immutableStorageWithVersioning/immutabilityPolicy/immutabilityPeriodSinceCreationInDays"]!.ToString());
        Assert.Equal("false", account["immutableStorageWithVersioning/immutabilityPolicy/allowProtectedAppendWrites"]!.ToString());
        Assert.Equal("CanNotDelete", template.Single("Microsoft.Authorization/locks")["level"]!.ToString());
        Assert.Contains("daysAfterCreationGreaterThan", template.Single("Microsoft.Storage/storageAccounts/managementPolicies").Json.ToJsonString(), StringComparison.Ordinal);
        var module = template.Module("backup");
        Assert.Equal("[variables('hasBackups')]", module["condition"]!.ToString());
        var given = module["properties"]!["parameters"]!;
        Assert.Equal(("[variables('backupRegion')]", "[variables('names').backupIdentity]"), (given["location"]!["value"]!.ToString(), given["backupIdentityName"]!["value"]!.ToString()));

        // Storage Table Data Reader: the identity of the backups changes no table.
        var code = template.ModuleTemplate("backup").ToJsonString();
        Assert.Contains("76199698-9eea-4c19-bc75-cec21354c6b6", code, StringComparison.Ordinal);
        Assert.DoesNotContain("0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3", code, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Archive_IsImmutable_TakesAppends_AndIsAnOption()
    {
        var template = await Template.GetAsync();
        var archive = Assert.Single(template.OfType("Microsoft.Storage/storageAccounts"), static account => account.Module == "audit");
        Assert.Equal("true", archive["immutableStorageWithVersioning/immutabilityPolicy/allowProtectedAppendWrites"]!.ToString());
        var export = template.Single("Microsoft.OperationalInsights/workspaces/dataExports");
        Assert.Equal("""["AppTraces"]""", export["tableNames"]!.ToJsonString());
        Assert.All((TemplateResource[])[archive, export], static resource => Assert.Equal("[greater(parameters('archiveDays'), 0)]", resource.Json["condition"]!.ToString()));
    }

    [Fact]
    public async Task Isolation_DeniesTheInternet()
    {
        var template = await Template.GetAsync();
        var rule = Assert.Single(template.Single("Microsoft.Network/networkSecurityGroups")["securityRules"]!.AsArray(), static rule => rule!["properties"]!["direction"]!.ToString() == "Inbound")!["properties"]!;
        Assert.Equal(
            ("Inbound", "Deny", "Internet", "*", "*", "*"),
            (Text("direction"), Text("access"), Text("sourceAddressPrefix"), Text("destinationAddressPrefix"), Text("destinationPortRange"), Text("protocol")));
        Assert.All(
            template.Single("Microsoft.Network/virtualNetworks")["subnets"]!.AsArray(),
            static subnet => Assert.Contains("networkSecurityGroups", subnet!["properties"]!["networkSecurityGroup"]!["id"]!.ToString(), StringComparison.Ordinal));

        string Text(string name) => rule[name]!.ToString();
    }
}
