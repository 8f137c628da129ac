CREATE TABLE [RefreshTokenFamilies] (
    [LookupKey] binary(32) NOT NULL,
    [FamilyId] uniqueidentifier NOT NULL,
    [Version] bigint NOT NULL,
    [Generation] bigint NOT NULL,
    [CreatedAt] bigint NOT NULL,
    [RotatedAt] bigint NOT NULL,
    [LeewayUntil] bigint NOT NULL,
    [RecoverUntil] bigint NOT NULL,
    [AbsoluteExpiresAt] bigint NOT NULL,
    [IdleExpiresAt] bigint NOT NULL,
    [LastUsedAt] bigint NOT NULL,
    [RevokedAt] bigint NOT NULL,
    [AuthenticationTime] bigint NOT NULL,
    [PruneBucket] int NOT NULL,
    [Kind] smallint NOT NULL,
    [RevocationReason] smallint NOT NULL,
    [SecretHash] binary(32) NOT NULL,
    [Salt] binary(32) NULL,
    [Trail] varbinary(1024) NULL,
    [TenantId] nvarchar(255) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [Subject] nvarchar(255) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [ClientId] nvarchar(255) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [SessionId] nvarchar(255) COLLATE Latin1_General_100_BIN2 NULL,
    [AuthorizationId] nvarchar(255) COLLATE Latin1_General_100_BIN2 NULL,
    [SenderKeyThumbprint] nvarchar(255) COLLATE Latin1_General_100_BIN2 NULL,
    [Acr] nvarchar(255) COLLATE Latin1_General_100_BIN2 NULL,
    [Scopes] nvarchar(max) COLLATE Latin1_General_100_BIN2 NULL,
    [Resources] nvarchar(max) COLLATE Latin1_General_100_BIN2 NULL,
    [Amr] nvarchar(max) COLLATE Latin1_General_100_BIN2 NULL,
    [FirstIpAddress] nvarchar(64) COLLATE Latin1_General_100_BIN2 NULL,
    [FirstUserAgent] nvarchar(512) COLLATE Latin1_General_100_BIN2 NULL,
    [FirstDeviceName] nvarchar(255) COLLATE Latin1_General_100_BIN2 NULL,
    [LastIpAddress] nvarchar(64) COLLATE Latin1_General_100_BIN2 NULL,
    [LastUserAgent] nvarchar(512) COLLATE Latin1_General_100_BIN2 NULL,
    [LastDeviceName] nvarchar(255) COLLATE Latin1_General_100_BIN2 NULL,
    [Metadata] nvarchar(max) COLLATE Latin1_General_100_BIN2 NULL,
    CONSTRAINT [PK_RefreshTokenFamilies] PRIMARY KEY ([LookupKey])
);
GO


CREATE TABLE [RefreshTokenLocks] (
    [Bucket] int NOT NULL,
    [Adds] bigint NOT NULL,
    CONSTRAINT [PK_RefreshTokenLocks] PRIMARY KEY ([Bucket])
);
GO


CREATE TABLE [RefreshTokenPolicies] (
    [Key] binary(32) NOT NULL,
    [TenantId] nvarchar(255) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [ClientId] nvarchar(255) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [Policy] nvarchar(max) COLLATE Latin1_General_100_BIN2 NOT NULL,
    CONSTRAINT [PK_RefreshTokenPolicies] PRIMARY KEY ([Key])
);
GO


CREATE TABLE [RefreshTokenReplays] (
    [Key] binary(32) NOT NULL,
    [ExpiresAt] bigint NOT NULL,
    CONSTRAINT [PK_RefreshTokenReplays] PRIMARY KEY ([Key])
);
GO


CREATE UNIQUE INDEX [IX_RefreshTokenFamilies_FamilyId] ON [RefreshTokenFamilies] ([FamilyId]);
GO


CREATE INDEX [IX_RefreshTokenFamilies_PruneBucket] ON [RefreshTokenFamilies] ([PruneBucket]);
GO


CREATE INDEX [IX_RefreshTokenFamilies_TenantId_AuthorizationId_CreatedAt_FamilyId] ON [RefreshTokenFamilies] ([TenantId], [AuthorizationId], [CreatedAt], [FamilyId]);
GO


CREATE INDEX [IX_RefreshTokenFamilies_TenantId_ClientId_CreatedAt_FamilyId] ON [RefreshTokenFamilies] ([TenantId], [ClientId], [CreatedAt], [FamilyId]);
GO


CREATE INDEX [IX_RefreshTokenFamilies_TenantId_CreatedAt_FamilyId] ON [RefreshTokenFamilies] ([TenantId], [CreatedAt], [FamilyId]);
GO


CREATE INDEX [IX_RefreshTokenFamilies_TenantId_SessionId_CreatedAt_FamilyId] ON [RefreshTokenFamilies] ([TenantId], [SessionId], [CreatedAt], [FamilyId]);
GO


CREATE INDEX [IX_RefreshTokenFamilies_TenantId_Subject_CreatedAt_FamilyId] ON [RefreshTokenFamilies] ([TenantId], [Subject], [CreatedAt], [FamilyId]);
GO


CREATE INDEX [IX_RefreshTokenReplays_ExpiresAt] ON [RefreshTokenReplays] ([ExpiresAt]);
GO



SELECT [LookupKey], [AbsoluteExpiresAt], [Acr], [Amr], [AuthenticationTime], [AuthorizationId], [ClientId], [CreatedAt], [FamilyId], [FirstDeviceName], [FirstIpAddress], [FirstUserAgent], [Generation], [IdleExpiresAt], [Kind], [LastDeviceName], [LastIpAddress], [LastUsedAt], [LastUserAgent], [LeewayUntil], [Metadata], [PruneBucket], [RecoverUntil], [Resources], [RevocationReason], [RevokedAt], [RotatedAt], [Salt], [Scopes], [SecretHash], [SenderKeyThumbprint], [SessionId], [Subject], [TenantId], [Trail], [Version] FROM [RefreshTokenFamilies] WHERE [LookupKey] = @p0;

UPDATE [RefreshTokenFamilies] SET [Version] = @p0, [Kind] = @p1, [Generation] = @p2, [SecretHash] = @p3, [Salt] = @p4, [Trail] = @p5, [RotatedAt] = @p6, [LeewayUntil] = @p7, [RecoverUntil] = @p8, [AbsoluteExpiresAt] = @p9, [IdleExpiresAt] = @p10, [LastUsedAt] = @p11, [RevokedAt] = @p12, [RevocationReason] = @p13, [LastIpAddress] = @p14, [LastUserAgent] = @p15, [LastDeviceName] = @p16, [Metadata] = @p17, [PruneBucket] = CASE WHEN [PruneBucket] >= @p18 AND [PruneBucket] <= @p19 THEN [PruneBucket] ELSE @p20 END WHERE [LookupKey] = @p21 AND [Version] = @p22;
